package io.quoth.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.ProgressListener;
import io.quoth.testkit.HubRepository;
import io.quoth.testkit.JavaProcess;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several programs and one cache; programs that are killed. */
class ProcessesTest extends ServedTest {
  private static final int LARGE = 40_000_000;

  /** What the other processes run: a pull. */
  static final class Puller {
    public static void main(String[] args) {
      var hub = Hubs.at(java.net.URI.create(args[0]), Path.of(args[1]));
      System.out.println(hub.pull(TINY, ProgressListener.NONE));
    }
  }

  private Process puller() throws IOException {
    return JavaProcess.of(
            List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1"),
            Puller.class,
            server.endpoint().toString(),
            cache.toString())
        .redirectErrorStream(true)
        .redirectOutput(new File(System.getProperty("java.io.tmpdir"), "quoth-puller.log"))
        .start();
  }

  private void addLarge() {
    server.add(
        new HubRepository("org/tiny")
            .add("config.json", "{}")
            .add("model.safetensors", Repositories.bytes(7, LARGE)));
  }

  @Test
  void twoProcessesFetchAModelOnce() throws Exception {
    addLarge();
    var processes = List.of(puller(), puller());
    for (Process process : processes) {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    }
    assertThat(server.requests()).filteredOn(r -> r.contains("/blob/")).hasSize(1);
    assertThat(server.requests())
        .filteredOn(r -> r.contains("/resolve/") && r.contains("config.json"))
        .hasSize(1);
  }

  @Test
  void twoHubsInOneProgramFetchAModelOnce() {
    server.add(repository);
    new Interruptible(config())
        .forEach(
            List.of(hub(), hub(), hub(), hub()), 4, hub -> hub.pull(TINY, ProgressListener.NONE));
    assertThat(server.requests()).filteredOn(r -> r.contains("/blob/")).hasSize(1);
  }

  @Test
  void killedOnceItGoesOn() throws Exception {
    killAndGoOn(2, 11);
  }

  @Test
  @Tag("long")
  void killedTenTimesAtRandomPointsItGoesOn() throws Exception {
    killAndGoOn(10, 12);
  }

  /** Nothing arrives twice but what was on its way when the process died. */
  private void killAndGoOn(int kills, long seed) throws Exception {
    byte[] all = Repositories.bytes(7, LARGE);
    addLarge();
    var random = new Random(seed);
    var killedAt = new ArrayList<Long>();
    Path partial = blobs().resolve(io.quoth.testkit.HubFile.of(all).sha256() + ".quoth.incomplete");
    slowly(all, true);
    for (int i = 0; i < kills; i++) {
      long until = (long) (LARGE * (i + random.nextDouble()) / (kills + 1));
      Process process = puller();
      while (process.isAlive() && size(partial) < until) {
        Thread.sleep(1);
      }
      process.destroyForcibly().waitFor();
      killedAt.add(size(partial));
    }
    server.calm();
    assertThat(puller().waitFor()).isZero();
    assertThat(cache.resolve("models--org--tiny/snapshots").toFile().listFiles()).hasSize(1);
    assertThat(hub().file(TINY, "model.safetensors", ProgressListener.NONE)).hasBinaryContent(all);
    var starts =
        server.requests().stream()
            .filter(r -> r.startsWith("GET /blob/") && r.contains("bytes="))
            .map(r -> Long.parseLong(r.replaceAll(".*bytes=(\\d+)-", "$1")))
            .toList();
    assertThat(starts).isEqualTo(killedAt.stream().filter(at -> at > 0).toList());
  }

  /** About 40 MB a second, so that there is a middle to be killed in. */
  private void slowly(byte[] all, boolean ranges) {
    server.disturb(
        999,
        "/blob/",
        exchange -> {
          int from = (int) exchange.rangeStart(all.length);
          var range =
              java.util.Map.of(
                  "Content-Range", "bytes " + from + "-" + (all.length - 1) + "/" + all.length);
          exchange.head(
              from > 0 && ranges ? 206 : 200,
              from > 0 ? range : java.util.Map.of(),
              all.length - from);
          for (int at = from; at < all.length; at += 200_000) {
            exchange.write(
                java.util.Arrays.copyOfRange(all, at, Math.min(all.length, at + 200_000)));
            io.quoth.testkit.HubExchange.stall(5);
          }
        });
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Holds the lock that a download wants, until its input ends. */
  static final class Holder {
    public static void main(String[] args) throws Exception {
      Path lock = Path.of(args[0]);
      Files.createDirectories(lock.getParent());
      try (var channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.lock();
        channel.write(
            java.nio.ByteBuffer.wrap(
                "process 4711 on far since long ago"
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        System.out.println("held");
        System.in.read();
      }
    }
  }

  @Test
  void aLockThatIsNotGivenUpNamesItsOwner() throws Exception {
    server.add(repository);
    String etag = repository.file("model.safetensors").sha256();
    Path lock = cache.resolve(".locks/models--org--tiny").resolve(etag + ".lock");
    Process holder = JavaProcess.of(List.of(), Holder.class, lock.toString()).start();
    try {
      assertThat(holder.inputReader().readLine()).isEqualTo("held");
      Hub hub =
          Hubs.of(
              config()
                  .withTimeouts(
                      Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(300)));
      assertFails(HubException.Reason.LOCKED, () -> hub.pull(TINY, ProgressListener.NONE))
          .hasMessageContaining("process 4711 on far since long ago")
          .hasMessageContaining(lock.toString());
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertWhole(pull());
  }
}
