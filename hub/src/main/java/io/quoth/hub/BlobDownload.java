package io.quoth.hub;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Brings one file into the cache. What arrives is written to a partial file of our own ({@code
 * blobs/<etag>.quoth.incomplete}) and hashed on the way; a broken or killed download goes on where
 * that file ends; when the hash is right the file is moved to its name.
 */
final class BlobDownload {
  private static final int ATTEMPTS = 5;

  /** Less than this is no progress: a server that sends a byte a connection would never end. */
  private static final long PROGRESS = 64 << 10;

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);
  private static final long ROOM_TO_LEAVE = 16 << 20;

  /** Where bytes are written; tests put a disk there that is full. */
  @FunctionalInterface
  interface Disk {
    void write(FileChannel file, ByteBuffer bytes, long position) throws IOException;

    /** The real one. */
    Disk REAL =
        (file, bytes, position) -> {
          long at = position;
          while (bytes.hasRemaining()) {
            at += file.write(bytes, at);
          }
        };
  }

  private final HubConfig config;
  private final Http http;
  private final HubApi api;
  private final Problems problems;
  private final Disk disk;

  BlobDownload(HubConfig config, Http http, HubApi api, Problems problems, Disk disk) {
    this.config = config;
    this.http = http;
    this.api = api;
    this.problems = problems;
    this.disk = disk;
  }

  /**
   * Makes a file of a commit be in the cache.
   *
   * @param progress told the bytes that are here, from 0 or from where a partial file ends
   * @return where it lies
   */
  Path fetch(ModelName name, String commit, RepoFile file, CachedRepo repo, LongConsumer progress) {
    Path blob = repo.blob(file.etag());
    Path partial = blob.resolveSibling(file.etag() + ".quoth.incomplete");
    try {
      if (!repo.hasFile(commit, file) && !repo.hasBlob(file)) {
        repo.prepareFor(blob);
        Path lock = repo.lock(file.etag());
        try (var _ =
            FileLock.take(name, lock, config.lockTimeout(), () -> lengthOf(partial), http)) {
          if (!repo.hasFile(commit, file) && !repo.hasBlob(file)) {
            download(name, commit, file, partial, blob, progress);
          }
        }
      }
      progress.accept(file.size());
      return repo.place(commit, file);
    } catch (ClosedByInterruptException e) {
      throw cancelled(name, file);
    } catch (IOException e) {
      throw ofDisk(name, blob, 0, e);
    }
  }

  private static long lengthOf(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return -1;
    }
  }

  private void download(
      ModelName name, String commit, RepoFile file, Path partial, Path blob, LongConsumer progress)
      throws IOException {
    if (Files.isSymbolicLink(partial)) {
      Files.delete(partial);
    }
    try (FileChannel out =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      checkRoom(name, file, partial, out.size());
      String hash;
      try (var arrival = new Arrival(out, file, progress)) {
        hash = fill(name, commit, file, arrival);
      }
      if (!hash.equals(file.etag())) {
        Files.deleteIfExists(partial);
        throw problems.corrupt(name, file, "the hash is " + hash);
      }
    }
    CachedRepo.move(partial, blob);
  }

  /** Brings all bytes; returns their hash. */
  private String fill(ModelName name, String commit, RepoFile file, Arrival arrival)
      throws IOException {
    boolean resumed = arrival.resume();
    receive(name, commit, file, arrival);
    String hash = arrival.hash();
    if (resumed && !hash.equals(file.etag())) {
      // What lay there from before may have been spoiled by a crash of the machine.
      arrival.startOver();
      receive(name, commit, file, arrival);
      hash = arrival.hash();
    }
    return hash;
  }

  private void checkRoom(ModelName name, RepoFile file, Path partial, long there)
      throws IOException {
    long room = Files.getFileStore(partial).getUsableSpace();
    long needed = Math.max(0, file.size() - there) + ROOM_TO_LEAVE;
    if (room > 0 && room < needed) {
      throw problems.diskFull(name, config.cache(), needed - room, null);
    }
  }

  /** Asks and reads until all bytes are there. */
  private void receive(ModelName name, String commit, RepoFile file, Arrival arrival)
      throws IOException {
    var uri = api.resolve(name, commit, file.path());
    long lastFailure = arrival.length();
    int failures = 0;
    while (arrival.length() < file.size()) {
      IOException failure;
      try (HttpAnswer answer = ask(name, uri, file, arrival)) {
        failure = readAll(name, file, answer, arrival);
      } catch (BrokenConnectionException e) {
        failure = e.reason;
      }
      if (arrival.length() >= file.size()) {
        return;
      }
      if (Thread.currentThread().isInterrupted()) {
        throw cancelled(name, file);
      }
      failures = arrival.length() - lastFailure >= PROGRESS ? 1 : failures + 1;
      lastFailure = arrival.length();
      if (failures > ATTEMPTS || !Http.isPassing(failure)) {
        throw problems.unreachable(name, uri, failure);
      }
      http.pause(BETWEEN_ATTEMPTS);
    }
  }

  /** A connection that failed, told apart from a disk that failed. */
  private static final class BrokenConnectionException extends Exception {
    private static final long serialVersionUID = 1L;

    final transient IOException reason;

    BrokenConnectionException(IOException reason) {
      super(reason);
      this.reason = reason;
    }
  }

  /** An answer whose body goes on where {@code arrival} ends. */
  private HttpAnswer ask(ModelName name, java.net.URI uri, RepoFile file, Arrival arrival)
      throws BrokenConnectionException, IOException {
    HttpAnswer answer = send(uri, arrival.length());
    if (answer.status() == 416) {
      answer.close();
      arrival.startOver();
      answer = send(uri, 0);
    }
    if (answer.status() == 206 && answer.rangeStart() == arrival.length() && !answer.isGzipped()) {
      api.checkIsHub(name, answer);
      return answer;
    }
    if (answer.status() == 206) {
      answer.close();
      arrival.startOver();
      answer = send(uri, 0);
    }
    if (answer.status() != 200) {
      throw problems.ofStatus(name, file.path(), answer);
    }
    api.checkIsHub(name, answer);
    arrival.startOver(); // a range was asked for and the whole came, or nothing was there yet
    checkIsTheFile(name, file, answer);
    return answer;
  }

  private HttpAnswer send(java.net.URI uri, long from) throws BrokenConnectionException {
    Map<String, String> range = from == 0 ? Map.of() : Map.of("Range", "bytes=" + from + "-");
    try {
      return http.patiently(ATTEMPTS, () -> http.send("GET", uri, range, config.downloadTimeout()));
    } catch (IOException e) {
      throw new BrokenConnectionException(e);
    }
  }

  private void checkIsTheFile(ModelName name, RepoFile file, HttpAnswer answer) {
    String etag = answer.etag().orElse("").toLowerCase(Locale.ROOT);
    if (etag.matches("[0-9a-f]{40}|[0-9a-f]{64}")
        && !etag.equals(file.etag())
        && !etag.equals(file.blobId())) {
      throw problems.corrupt(name, file, "the server names its hash as " + etag);
    }
    if (!answer.isGzipped()
        && answer.contentLength() >= 0
        && answer.contentLength() != file.size()) {
      throw problems.corrupt(
          name,
          file,
          answer.contentLength() + " bytes" + (answer.isHtml() ? ", a web page" : "") + " came");
    }
  }

  /** Reads to the end of the body or of the file; returns why it ended early. */
  private IOException readAll(ModelName name, RepoFile file, HttpAnswer answer, Arrival arrival)
      throws IOException {
    try (InputStream raw = answer.body();
        InputStream in = answer.isGzipped() ? new GZIPInputStream(raw) : raw) {
      while (arrival.length() < file.size()) {
        byte[] block = arrival.block();
        int count = in.read(block, 0, (int) Math.min(block.length, file.size() - arrival.length()));
        if (count < 0) {
          return new EOFException(
              "ended after " + arrival.length() + " of " + file.size() + " bytes");
        }
        try {
          arrival.add(count);
        } catch (ClosedByInterruptException e) {
          throw cancelled(name, file);
        } catch (IOException e) {
          throw ofDisk(name, config.cache(), file.size() - arrival.length(), e);
        }
      }
      if (in.read() >= 0) {
        arrival.startOver();
        throw problems.corrupt(name, file, "more than " + file.size() + " bytes came");
      }
      answer.finished();
      return new EOFException("none");
    } catch (ClosedByInterruptException e) {
      throw cancelled(name, file);
    } catch (ZipException e) {
      arrival.startOver();
      return e;
    } catch (IOException e) {
      return e;
    }
  }

  private HubException ofDisk(ModelName name, Path where, long missing, IOException e) {
    String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    boolean full =
        text.contains("no space left")
            || text.contains("quota exceeded")
            || text.contains("not enough space");
    return full ? problems.diskFull(name, where, missing, e) : problems.cache(name, where, e);
  }

  private static HubException cancelled(ModelName name, RepoFile file) {
    return new HubException(
        HubException.Reason.CANCELLED,
        name + ": " + file.path() + ": cancelled; what has arrived is kept and goes on from there");
  }

  /** The partial file and the hash of what is in it. */
  private final class Arrival implements AutoCloseable {
    private final FileChannel out;
    private final RepoFile file;
    private final LongConsumer progress;
    private BackgroundHash hash;
    private long length;
    private byte @Nullable [] block; // taken, and not filled yet

    Arrival(FileChannel out, RepoFile file, LongConsumer progress) {
      this.out = out;
      this.file = file;
      this.progress = progress;
      this.hash = new BackgroundHash(file);
    }

    /** Takes over what an earlier download left; false when there is nothing of use. */
    boolean resume() throws IOException {
      if (out.size() > file.size()) {
        out.truncate(0);
      }
      int count;
      while ((count = out.read(ByteBuffer.wrap(block()), length)) > 0) {
        passOn(count);
      }
      progress.accept(length);
      return length > 0;
    }

    void startOver() throws IOException {
      if (length > 0) {
        out.truncate(0);
        length = 0;
        hash.close();
        hash = new BackgroundHash(file);
        block = null;
      }
      progress.accept(0);
    }

    /** Where the next bytes go. */
    byte[] block() throws ClosedByInterruptException {
      if (block == null) {
        try {
          block = hash.block();
        } catch (InterruptedException e) {
          throw interrupted();
        }
      }
      return block;
    }

    /** Takes the first bytes of {@link #block}. */
    void add(int count) throws IOException {
      disk.write(out, ByteBuffer.wrap(block(), 0, count), length);
      passOn(count);
      progress.accept(length);
    }

    private void passOn(int count) throws ClosedByInterruptException {
      try {
        hash.add(block(), count);
      } catch (InterruptedException e) {
        throw interrupted();
      }
      block = null;
      length += count;
    }

    long length() {
      return length;
    }

    /** Of all that is here; to be asked once. */
    String hash() throws ClosedByInterruptException {
      try {
        return hash.hex();
      } catch (InterruptedException e) {
        throw interrupted();
      }
    }

    private static ClosedByInterruptException interrupted() {
      Thread.currentThread().interrupt();
      return new ClosedByInterruptException();
    }

    @Override
    public void close() {
      hash.close();
    }
  }
}
