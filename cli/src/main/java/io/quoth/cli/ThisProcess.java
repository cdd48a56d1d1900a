package io.quoth.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** This process as a {@link Console}: its streams, and what an interrupt does. */
final class ThisProcess {
  /** How long an interrupted command may take to end by itself. */
  private static final int GRACE_SECONDS = 3;

  private final Output output = new Output(new FileOutputStream(FileDescriptor.out));
  private final Console console;

  private ThisProcess(PrintStream err) {
    var out =
        new PrintStream(new BufferedOutputStream(output, 1 << 13), false, StandardCharsets.UTF_8);
    console = new Console(System.in, out, err, System.getenv());
  }

  static ThisProcess start() {
    var err = new PrintStream(standardError(), true, StandardCharsets.UTF_8);
    System.setErr(err);
    return new ThisProcess(err);
  }

  /**
   * Runs a command to its end and returns the exit code. A signal interrupts this thread and waits
   * until the command has ended, so that what it has said so far is whole; the JVM then ends with
   * 128 and the signal's number.
   */
  int run(ToIntFunction<Console> command) {
    var ended = new CountDownLatch(1);
    var runner = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupt(runner, ended)));
    int code = command.applyAsInt(console);
    code = output.check(code, console.err());
    ended.countDown();
    return code;
  }

  private static void interrupt(Thread runner, CountDownLatch ended) {
    if (ended.getCount() > 0) {
      runner.interrupt();
      try {
        boolean _ = ended.await(GRACE_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * The standard error of the person. The launcher lets the JVM write its warning about the
   * incubator module elsewhere and hands the real one over under the number in {@code
   * QUOTH_STDERR}, with {@code java.io} opened so that the number can become a descriptor.
   */
  private static OutputStream standardError() {
    String number = System.getenv("QUOTH_STDERR");
    if (number != null && number.matches("[0-9]+")) {
      try {
        var constructor = FileDescriptor.class.getDeclaredConstructor(int.class);
        constructor.setAccessible(true);
        return new FileOutputStream(constructor.newInstance(Integer.parseInt(number)));
      } catch (ReflectiveOperationException | RuntimeException _) {
        return new FileOutputStream(FileDescriptor.err);
      }
    }
    return new FileOutputStream(FileDescriptor.err);
  }

  /** Standard output, which remembers that it could not be written. */
  private static final class Output extends FilterOutputStream {
    private volatile @Nullable IOException failure;

    Output(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      try {
        out.write(bytes, from, count);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    /** The exit code: a reader that has seen enough is no failure, a full disk is one. */
    int check(int code, PrintStream err) {
      IOException failure = this.failure;
      if (failure == null || String.valueOf(failure.getMessage()).contains("Broken pipe")) {
        return code;
      }
      err.println("quoth: standard output cannot be written: " + failure.getMessage());
      return code == Quoth.DONE ? Quoth.FAILED : code;
    }
  }
}
