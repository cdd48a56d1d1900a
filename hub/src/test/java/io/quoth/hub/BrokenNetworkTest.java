package io.quoth.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.ProgressListener;
import io.quoth.testkit.HubExchange;
import io.quoth.testkit.HubServer.Behaviour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the network does, the right bytes arrive or an error says why not. */
class BrokenNetworkTest extends ServedTest {
  /** Sends the first {@code bytes} of the weights from where they were asked for, then cuts. */
  private Behaviour cutAfter(int bytes) {
    return exchange -> {
      sendSome(exchange, bytes);
      exchange.cut();
    };
  }

  private void sendSome(HubExchange exchange, int bytes) throws IOException {
    byte[] all = repository.file("model.safetensors").bytes();
    int from = (int) exchange.rangeStart(all.length);
    var range =
        Map.of("Content-Range", "bytes " + from + "-" + (all.length - 1) + "/" + all.length);
    exchange.head(from > 0 ? 206 : 200, from > 0 ? range : Map.of(), all.length - from);
    exchange.write(Arrays.copyOfRange(all, from, Math.min(all.length, from + bytes)));
  }

  @Test
  void aCutConnectionGoesOnWhereItEnded() {
    server.add(repository).disturb(2, "/blob/", cutAfter(100_000));
    assertWhole(pull());
    assertThat(server.requests())
        .filteredOn(r -> r.startsWith("GET /blob/"))
        .extracting(r -> r.replaceAll(".* ", ""))
        .endsWith("bytes=100000-", "bytes=200000-");
  }

  @Test
  void aStallingBodyIsGivenUpAndGoesOn() {
    server
        .add(repository)
        .disturb(
            1,
            "/blob/",
            exchange -> {
              sendSome(exchange, 120_000);
              HubExchange.stall(3_000);
            });
    Hub hasty =
        Hubs.of(
            config()
                .withTimeouts(
                    Duration.ofSeconds(5), Duration.ofMillis(500), Duration.ofSeconds(1)));
    assertWhole(hasty.pull(TINY, ProgressListener.NONE));
    assertThat(server.requests()).anyMatch(r -> r.endsWith("bytes=120000-"));
  }

  @Test
  void aSlowBodyIsWaitedFor() {
    server
        .add(repository)
        .disturb(
            1,
            "/blob/",
            exchange -> {
              byte[] all = repository.file("model.safetensors").bytes();
              exchange.head(200, Map.of(), all.length);
              for (int at = 0; at < all.length; at += 50_000) {
                exchange.write(Arrays.copyOfRange(all, at, Math.min(all.length, at + 50_000)));
                HubExchange.stall(100);
              }
            });
    assertWhole(pull());
    assertThat(server.requests()).filteredOn(r -> r.startsWith("GET /blob/")).hasSize(1);
  }

  @Test
  void aServerThatSendsAByteAConnectionIsGivenUp() {
    server.add(repository).disturb(1_000, "/blob/", cutAfter(1));
    assertFails(HubException.Reason.UNREACHABLE, this::pull);
    assertThat(server.requests()).filteredOn(r -> r.startsWith("GET /blob/")).hasSizeLessThan(20);
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void passingErrorsAreTriedAgain(int status) {
    server
        .add(repository)
        .disturb(2, "/api/", e -> e.send(status, Map.of(), ""))
        .disturb(3, "/blob/", e -> e.send(status, Map.of(), ""));
    assertWhole(pull());
  }

  @Test
  void waitsAsLongAsTheServerAsks() {
    var waits = new CopyOnWriteArrayList<Duration>();
    server
        .add(repository)
        .disturb(1, "/api/", e -> e.send(429, Map.of("ratelimit", "\"api\";r=0;t=55"), ""))
        .disturb(1, "/api/", e -> e.send(503, Map.of("Retry-After", "7"), ""))
        .disturb(3, "/api/", e -> e.send(500, Map.of(), ""));
    var hub = new Hub(config(), waits::add, BlobDownload.Disk.REAL);
    hub.plan(TINY);
    assertThat(waits).extracting(Duration::toSeconds).containsExactly(56L, 7L, 4L, 8L, 8L);
  }

  @Test
  void errorsThatStayAreNamed() {
    server.add(repository).disturb(99, "/api/", e -> e.send(503, Map.of(), "busy"));
    assertFails(HubException.Reason.SERVER_ERROR, this::pull).hasMessageContaining("503");
    assertThat(server.requests()).hasSize(6);
  }

  @Test
  void aRangeThatIsAnsweredWithTheWholeStartsOver() {
    server
        .add(repository)
        .disturb(1, "/blob/", cutAfter(100_000))
        .disturb(
            1,
            "/blob/",
            exchange -> {
              byte[] all = repository.file("model.safetensors").bytes();
              exchange.head(200, Map.of(), all.length);
              exchange.write(all);
            });
    assertWhole(pull());
  }

  @Test
  void aRefusedRangeStartsOver() {
    server
        .add(repository)
        .disturb(1, "/blob/", cutAfter(100_000))
        .disturb(1, "/blob/", e -> e.send(416, Map.of("Content-Range", "bytes */5"), ""));
    assertWhole(pull());
  }

  @Test
  void aWrongRangeStartsOver() {
    server
        .add(repository)
        .disturb(1, "/blob/", cutAfter(100_000))
        .disturb(
            1,
            "/blob/",
            exchange -> {
              byte[] all = repository.file("model.safetensors").bytes();
              exchange.head(
                  206,
                  Map.of("Content-Range", "bytes 5-" + (all.length - 1) + "/" + all.length),
                  all.length - 5);
              exchange.write(Arrays.copyOfRange(all, 5, all.length));
            });
    assertWhole(pull());
  }

  /** For config.json itself: files of that name in folders are fetched beside it, in any order. */
  private static boolean asksForConfig(HubExchange exchange) {
    return exchange.target().matches("/org/tiny/resolve/[^/]+/config\\.json.*");
  }

  @Test
  void gzippedTextIsUnpacked() {
    byte[] config = repository.file("config.json").bytes();
    server
        .add(repository)
        .disturb(
            1,
            BrokenNetworkTest::asksForConfig,
            exchange ->
                exchange.sendGzipped(
                    Map.of(
                        "X-Repo-Commit",
                        repository.commit(),
                        "ETag",
                        "W/\"" + repository.file("config.json").sha1() + "\""),
                    config));
    assertWhole(pull());
  }

  @Test
  void aGzipBombIsCutOff() {
    server
        .add(repository)
        .disturb(
            1,
            BrokenNetworkTest::asksForConfig,
            exchange ->
                exchange.sendGzipped(
                    Map.of("X-Repo-Commit", repository.commit()), new byte[2_000_000]));
    assertFails(HubException.Reason.CORRUPT, this::pull).hasMessageContaining("config.json");
    assertThat(blobs().resolve(repository.file("config.json").sha1())).doesNotExist();
  }

  @Test
  void wrongBytesAreRefusedAndNotKept() {
    byte[] wrong = repository.file("model.safetensors").bytes().clone();
    wrong[1234] ^= 1;
    server
        .add(repository)
        .disturb(
            1,
            "/blob/",
            exchange -> {
              exchange.head(200, Map.of(), wrong.length);
              exchange.write(wrong);
            });
    assertFails(HubException.Reason.CORRUPT, this::pull)
        .hasMessageContaining("model.safetensors")
        .hasMessageContaining(repository.file("model.safetensors").sha256());
    assertThat(blobs())
        .isDirectoryNotContaining(
            p -> p.toString().contains(repository.file("model.safetensors").sha256()));
    assertWhole(pull());
  }

  @Test
  void aSmallFileIsCheckedByItsGitHash() {
    server
        .add(repository)
        .disturb(
            1,
            BrokenNetworkTest::asksForConfig,
            exchange -> {
              byte[] wrong = repository.file("config.json").bytes().clone();
              wrong[3] ^= 1;
              exchange.head(200, Map.of("X-Repo-Commit", repository.commit()), wrong.length);
              exchange.write(wrong);
            });
    assertFails(HubException.Reason.CORRUPT, this::pull).hasMessageContaining("config.json");
  }

  @Test
  void anotherEtagIsRefusedBeforeAByteIsRead() {
    server
        .add(repository)
        .disturb(
            1,
            BrokenNetworkTest::asksForConfig,
            exchange ->
                exchange.send(
                    200,
                    Map.of(
                        "X-Repo-Commit", repository.commit(), "ETag", "\"" + "a".repeat(40) + "\""),
                    "x"));
    assertFails(HubException.Reason.CORRUPT, this::pull).hasMessageContaining("a".repeat(40));
  }

  @Test
  void aSpoiledPartialFileStartsOver() throws IOException {
    server.add(repository);
    Files.createDirectories(blobs());
    Path partial =
        blobs().resolve(repository.file("model.safetensors").sha256() + ".quoth.incomplete");
    Files.write(partial, new byte[200_000]);
    assertWhole(pull());
    assertThat(partial).doesNotExist();
    assertThat(server.requests()).filteredOn(r -> r.startsWith("GET /blob/")).hasSize(2);
  }

  @Test
  void aPartialFileOfAnEarlierRunGoesOn() throws IOException {
    server.add(repository);
    byte[] all = repository.file("model.safetensors").bytes();
    Files.createDirectories(blobs());
    Files.write(
        blobs().resolve(repository.file("model.safetensors").sha256() + ".quoth.incomplete"),
        Arrays.copyOf(all, 299_999));
    assertWhole(pull());
    assertThat(server.requests())
        .filteredOn(r -> r.startsWith("GET /blob/"))
        .singleElement()
        .asString()
        .endsWith("bytes=299999-");
  }

  @Test
  void aDamagedBlobInTheCacheIsFetchedAgain() throws IOException {
    server.add(repository);
    Path folder = pull();
    Path blob = folder.resolve("model.safetensors").toRealPath();
    Files.write(blob, new byte[17]);
    assertWhole(pull());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anInterruptEndsADownloadAndTheNextGoesOn(boolean shortProgram) throws Exception {
    server
        .add(repository)
        .disturb(
            1,
            "/blob/",
            exchange -> {
              sendSome(exchange, 150_000);
              HubExchange.stall(shortProgram ? 3_000 : 10_000);
            });
    // In a short program, what was interrupted holds its lock until its time is out.
    var idle = Duration.ofSeconds(shortProgram ? 2 : 60);
    var config = config().withTimeouts(Duration.ofSeconds(5), idle, Duration.ofSeconds(1));
    var hub = Hubs.of(shortProgram ? config.withShortProgram() : config);
    var outcome = new java.util.concurrent.CompletableFuture<Throwable>();
    Path partial =
        blobs().resolve(repository.file("model.safetensors").sha256() + ".quoth.incomplete");
    Thread caller =
        new Thread(() -> {
          try {
            hub.pull(TINY, ProgressListener.NONE);
            outcome.complete(new AssertionError("was not cancelled"));
          } catch (HubException e) {
            outcome.complete(
                Thread.currentThread().isInterrupted()
                    ? e
                    : new AssertionError("lost the interrupt"));
          }
        });
    caller.start();
    while (!Files.exists(partial) || Files.size(partial) < 150_000) {
      Thread.sleep(5);
    }
    caller.interrupt();
    assertThat(outcome.get())
        .isInstanceOfSatisfying(
            HubException.class,
            e -> assertThat(e.reason()).isEqualTo(HubException.Reason.CANCELLED));
    assertWhole(pull());
    assertThat(server.requests()).anyMatch(r -> r.endsWith("bytes=150000-"));
  }

  @Test
  void aFullDiskLeavesTheCacheUsable() {
    server.add(repository);
    long[] room = {200_000};
    var full =
        new Hub(
            config(),
            _ -> {},
            (file, bytes, position) -> {
              if (bytes.remaining() > room[0]) {
                throw new IOException("No space left on device");
              }
              room[0] -= bytes.remaining();
              BlobDownload.Disk.REAL.write(file, bytes, position);
            });
    assertFails(HubException.Reason.DISK_FULL, () -> full.pull(TINY, ProgressListener.NONE))
        .hasMessageContaining("HF_HUB_CACHE")
        .hasMessageContaining("quoth remove");
    assertWhole(pull());
  }
}
