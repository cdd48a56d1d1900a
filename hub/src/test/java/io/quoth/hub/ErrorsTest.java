package io.quoth.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.ProgressListener;
import io.quoth.hub.HubException.Reason;
import io.quoth.testkit.HubServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Every error says what was asked, what came back and what to do. */
class ErrorsTest extends ServedTest {
  private static final String LOGIN =
      "<!DOCTYPE html><html><body>Welcome to the hotel</body></html>";

  @Test
  void anUnknownRepositoryNamesItsLikesInTheCache() {
    server.add(repository);
    pull();
    assertFails(
            Reason.UNKNOWN_REPOSITORY,
            () -> hub().pull(new ModelName("org/tinny"), ProgressListener.NONE))
        .hasMessageContaining("no such folder here")
        .hasMessageContaining(server.endpoint() + "/org/tinny")
        .hasMessageContaining("private")
        .hasMessageContaining("HF_TOKEN")
        .hasMessageContaining("In the cache there is: org/tiny");
  }

  @Test
  void aPrivateRepositoryOpensToItsTokenAlone() {
    server.add(repository.ownedBy("hf_right"));
    assertFails(Reason.UNKNOWN_REPOSITORY, this::pull).hasMessageContaining("no token is set");
    assertFails(
            Reason.BAD_TOKEN,
            () -> Hubs.of(config().withToken("hf_wrong")).pull(TINY, ProgressListener.NONE))
        .hasMessageContaining("/settings/tokens")
        .hasMessageNotContaining("hf_wrong");
    assertWhole(Hubs.of(config().withToken("hf_right")).pull(TINY, ProgressListener.NONE));
  }

  @Test
  void aGatedRepositoryNamesThePageToAccept() {
    server.add(repository.gatedFor("hf_right"));
    assertFails(Reason.NO_ACCESS, this::pull)
        .hasMessageContaining("gated")
        .hasMessageContaining(server.endpoint() + "/org/tiny")
        .hasMessageContaining("HF_TOKEN");
    assertFails(
        Reason.NO_ACCESS,
        () -> Hubs.of(config().withToken("hf_other")).pull(TINY, ProgressListener.NONE));
    assertWhole(Hubs.of(config().withToken("hf_right")).pull(TINY, ProgressListener.NONE));
  }

  @Test
  void missingRevisionsAndFilesAreNamed() {
    server.add(repository);
    assertFails(
            Reason.UNKNOWN_REVISION,
            () -> hub().pull(ModelName.parse("org/tiny@v9"), ProgressListener.NONE))
        .hasMessageContaining("\"v9\"")
        .hasMessageContaining("/refs");
    assertFails(Reason.UNKNOWN_FILE, () -> hub().file(TINY, "tokenizer.jsn", ProgressListener.NONE))
        .hasMessageContaining("tokenizer.jsn")
        .hasMessageContaining("tokenizer.json");
  }

  @Test
  void aRepositoryThatWasTakenDownSaysSo() {
    server.add(repository.takenDown());
    assertFails(Reason.TAKEN_DOWN, this::pull).hasMessageContaining("taken down");
  }

  @Test
  void aLoginPageIsRecognised() {
    server
        .add(repository)
        .disturb(1, "/api/", e -> e.send(200, Map.of("Content-Type", "text/html"), LOGIN));
    assertFails(Reason.NOT_A_HUB, this::pull)
        .hasMessageContaining("login page")
        .hasMessageContaining("HF_ENDPOINT");
    server.calm();
    server.disturb(99, "/resolve/", e -> e.send(200, Map.of("Content-Type", "text/html"), LOGIN));
    assertFails(Reason.NOT_A_HUB, this::pull)
        .hasMessageContaining("X-Repo-Commit")
        .hasMessageContaining("login page");
    assertThat(blobs()).isDirectoryNotContaining(p -> !p.toString().endsWith("incomplete"));
  }

  @Test
  void aStoragePageInsteadOfTheFileIsRecognised() {
    server
        .add(repository)
        .disturb(99, "/blob/", e -> e.send(200, Map.of("Content-Type", "text/html"), LOGIN));
    assertFails(Reason.CORRUPT, this::pull)
        .hasMessageContaining("web page")
        .hasMessageContaining("model.safetensors");
  }

  @Test
  void noConnectionTellsHowToPlaceFilesByHand() throws IOException {
    URI nobody;
    try (var socket = new ServerSocket(0)) {
      nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
    assertFails(Reason.UNREACHABLE, () -> Hubs.at(nobody, cache).pull(TINY, ProgressListener.NONE))
        .hasMessageContaining("no connection to 127.0.0.1")
        .hasMessageContaining(nobody + "/org/tiny/resolve/main/FILE")
        .hasMessageContaining("./tiny");
  }

  @Test
  void offlineOpensNoSocket() throws IOException {
    var connections = new AtomicInteger();
    try (var socket = new ServerSocket(0)) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              while (true) {
                socket.accept().close();
                connections.incrementAndGet();
              }
            } catch (IOException e) {
              return; // closed
            }
          });
      var offline =
          config()
              .withEndpoint(URI.create("http://127.0.0.1:" + socket.getLocalPort()))
              .withOffline(true);
      assertFails(Reason.OFFLINE, () -> Hubs.of(offline).folder(TINY, ProgressListener.NONE))
          .hasMessageContaining("HF_HUB_OFFLINE")
          .hasMessageContaining("quoth import");
      assertFails(Reason.OFFLINE, () -> Hubs.of(offline).info(TINY));
      server.add(repository);
      pull();
      var folder = Hubs.of(offline).folder(TINY, ProgressListener.NONE);
      assertThat(folder.has("merges.txt")).isFalse();
      assertThat(folder.bytes("config.json")).isNotEmpty();
      assertFails(Reason.OFFLINE, () -> folder.open("README.md"));
    }
    assertThat(connections).hasValue(0);
  }

  @Test
  void theTokenIsSentToTheEndpointAlone() {
    server.add(repository.ownedBy("hf_secret"));
    assertWhole(Hubs.of(config().withToken("hf_secret")).pull(TINY, ProgressListener.NONE));
    assertThat(server.requests()).anyMatch(r -> r.contains("/blob/"));
    assertThat(server.leaks()).isEmpty();
    assertThat(config().withToken("hf_secret").toString()).doesNotContain("hf_secret");
  }

  @Test
  void redirectsEnd() {
    var hops = new AtomicInteger();
    server
        .add(repository)
        .disturb(
            999,
            "/api/",
            e ->
                e.send(
                    302,
                    Map.of("Location", "/api/models/org/tiny?hop=" + hops.incrementAndGet()),
                    ""));
    assertFails(Reason.NOT_A_HUB, this::pull).hasMessageContaining("redirects");
    assertThat(hops.get()).isLessThan(30);
  }

  @Test
  void anotherProtocolIsNotFollowed() {
    for (String location :
        new String[] {
          "file:///etc/passwd", "ftp://127.0.0.1/x", "http:///", "jar:file:/x!/y", "::"
        }) {
      server.calm();
      server
          .add(repository)
          .disturb(99, "/api/", e -> e.send(302, Map.of("Location", location), ""));
      assertFails(Reason.NOT_A_HUB, this::pull).hasMessageContaining("redirects");
    }
  }

  @Test
  void listingsWithoutEndAreRefused() {
    server
        .add(repository)
        .disturb(
            9999,
            "/tree/",
            e ->
                e.json(
                    Map.of(
                        "Link",
                        "<"
                            + server.endpoint()
                            + "/api/models/org/tiny/tree/x?cursor=1>; rel=\"next\""),
                    "[]"));
    assertFails(Reason.NOT_A_HUB, this::pull).hasMessageContaining("without end");
  }

  @Test
  void anotherServersNextPageIsNotAsked() {
    try (var other = HubServer.start()) {
      server
          .add(repository)
          .pageSize(2)
          .disturb(
              1,
              "/tree/",
              e ->
                  e.json(
                      Map.of("Link", "<" + other.endpoint() + "/steal?cursor=2>; rel=\"next\""),
                      "[]"));
      Hubs.of(config().withToken("hf_secret")).pull(TINY, ProgressListener.NONE);
      assertThat(other.requests()).isEmpty();
    }
  }

  @Test
  void headersWithoutEndAreRefused() {
    server
        .add(repository)
        .disturb(
            99,
            "/api/",
            exchange -> {
              exchange.write("HTTP/1.1 200 OK\r\n");
              for (int i = 0; i < 200_000; i++) {
                exchange.write("X-Filler-" + i + ": " + "y".repeat(100) + "\r\n");
              }
              exchange.cut();
            });
    assertFails(Reason.UNREACHABLE, this::pull);
  }

  @Test
  void interimAnswersWithoutEndAreRefused() {
    server
        .add(repository)
        .disturb(
            99,
            "/api/",
            exchange -> {
              for (int i = 0; i < 200_000; i++) {
                exchange.write("HTTP/1.1 100 Continue\r\n\r\n");
              }
              exchange.cut();
            });
    assertFails(Reason.UNREACHABLE, this::pull);
  }
}
