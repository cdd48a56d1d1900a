package io.quoth.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.Json;
import io.quoth.base.ProgressListener;
import io.quoth.base.QuothException;
import io.quoth.testkit.Corrupter;
import io.quoth.testkit.HubExchange;
import io.quoth.testkit.HubServer.Behaviour;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that lie by the thousand: named errors, and nothing outside the cache is touched. */
class HostileServerTest extends ServedTest {
  private static final Duration HASTY = Duration.ofMillis(150);

  @TempDir private Path outside;

  private static String tree(String path) {
    return Json.write(
        List.of(Map.of("type", "file", "path", path, "size", 4, "oid", "a".repeat(40))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../../config.json",
        "/etc/config.json",
        "a/../../config.json",
        "..",
        ".",
        "",
        "a//b",
        "a\\..\\..\\b",
        "C:/config.json",
        "config.json\u0000.png",
        "a/./b",
        "\u001b[31mred",
        "con\nfig"
      })
  void namesThatLeadOutAreRefused(String path) throws IOException {
    server.add(repository).disturb(9, "/tree/", e -> e.json(Map.of(), tree(path)));
    assertFails(HubException.Reason.NOT_A_HUB, this::pull)
        .hasMessageContaining("Nothing was written");
    assertThat(files(cache))
        .allMatch(file -> file.contains("models--org--tiny/refs") || file.endsWith("CACHEDIR.TAG"));
  }

  @Test
  void namesThatDifferByCaseAloneAreRefused() {
    String two =
        Json.write(
            List.of(
                Map.of(
                    "type",
                    "file",
                    "path",
                    "1_Pooling/config.json",
                    "size",
                    4,
                    "oid",
                    "a".repeat(40)),
                Map.of(
                    "type",
                    "file",
                    "path",
                    "1_pooling/config.json",
                    "size",
                    4,
                    "oid",
                    "b".repeat(40))));
    server.add(repository).disturb(9, "/tree/", e -> e.json(Map.of(), two));
    assertFails(HubException.Reason.NOT_A_HUB, this::pull).hasMessageContaining("capitals");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "main", "../../../../../tmp/evil", "ABCDEF0123456789ABCDEF0123456789ABCDEF01"})
  void aCommitMustBeOne(String sha) {
    server
        .add(repository)
        .disturb(9, "/revision/", e -> e.json(Map.of(), Json.write(Map.of("sha", sha))));
    assertFails(HubException.Reason.NOT_A_HUB, this::pull);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-5", "1e300", "9223372036854775807", "\"4\"", "null"})
  void sizesMustBePossible(String size) {
    String listing =
        "[{\"type\":\"file\",\"path\":\"config.json\",\"oid\":\""
            + "a".repeat(40)
            + "\",\"size\":"
            + size
            + "}]";
    server.add(repository).disturb(9, "/tree/", e -> e.json(Map.of(), listing));
    org.assertj.core.api.Assertions.assertThatThrownBy(this::pull)
        .isInstanceOf(QuothException.class);
    assertThat(blobs().resolve("a".repeat(40))).doesNotExist();
  }

  /** Answers are damaged at random: status, headers, JSON, bodies; the seed is printed. */
  @Test
  void damagedAnswersAreErrorsOrTheTruth() throws IOException {
    answersAreErrorsOrTheTruth(2026, 200);
  }

  @Test
  @Tag("long")
  void thousandsOfDamagedAnswersAreErrorsOrTheTruth() throws IOException {
    answersAreErrorsOrTheTruth(2027, 4_000);
  }

  private void answersAreErrorsOrTheTruth(long seed, int cases) throws IOException {
    var random = new Random(seed);
    server.add(repository);
    int refused = 0;
    for (int i = 0; i < cases; i++) {
      server.calm();
      Behaviour damage = damage(new Corrupter(random.nextLong()), new Random(random.nextLong()));
      int after = random.nextInt(6);
      int[] count = {0};
      server.disturb(2, exchange -> count[0]++ >= after, damage);
      Path fresh = Files.createTempDirectory(outside, "c");
      Hub hub =
          new Hub(
              Hubs.config(server.endpoint(), fresh).withTimeouts(HASTY, HASTY, HASTY),
              _ -> {},
              BlobDownload.Disk.REAL);
      try {
        assertWholeIn(hub.pull(TINY, ProgressListener.NONE));
      } catch (QuothException e) {
        refused++;
        assertThat(e.getMessage())
            .as("seed %d, case %d", seed, i)
            .isNotBlank()
            .doesNotContain("\u0000");
      }
    }
    assertThat(refused).isBetween(cases / 20, cases - 1);
    assertThat(files(outside))
        .allMatch(file -> file.matches(".*/c[^/]+/(models--org--tiny|\\.locks|CACHEDIR\\.TAG).*"));
  }

  /** Damage may hide the listing's tokenizer, but what arrived is right. */
  private void assertWholeIn(Path folder) throws IOException {
    for (String path : files(folder)) {
      String name = folder.relativize(Path.of(path)).toString();
      assertThat(Path.of(path)).hasBinaryContent(repository.file(name).bytes());
    }
  }

  private Behaviour damage(Corrupter corrupter, Random random) {
    return switch (random.nextInt(6)) {
      case 0 ->
          exchange ->
              exchange.write(
                  corrupter.corrupt(
                      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
                          .getBytes(StandardCharsets.UTF_8)));
      case 1 -> HubExchange::cut;
      case 2 ->
          exchange ->
              exchange.send(
                  100 + random.nextInt(500),
                  Map.of(
                      "X-Error-Code",
                      List.of("", "GatedRepo", "Nonsense").get(random.nextInt(3)),
                      "Location",
                      List.of("/x", "//", "http://[", "?").get(random.nextInt(4))),
                  "{}");
      case 3 ->
          exchange ->
              exchange.json(
                  Map.of("X-Repo-Commit", repository.commit()),
                  new String(corrupter.corrupt(listing()), StandardCharsets.ISO_8859_1));
      case 4 ->
          exchange ->
              exchange.send(
                  200,
                  Map.of(
                      "X-Repo-Commit",
                      repository.commit(),
                      "ETag",
                      "W/\"\"\"",
                      "Content-Encoding",
                      "gzip"),
                  "not gzip");
      default ->
          exchange -> {
            exchange.head(
                206,
                Map.of("Content-Range", "bytes 9-8/-7", "X-Repo-Commit", "x"),
                random.nextInt(100));
            exchange.write(new byte[random.nextInt(100)]);
            exchange.cut();
          };
    };
  }

  private byte[] listing() {
    return tree("config.json")
        .replace("a".repeat(40), repository.file("config.json").sha1())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Set<String> files(Path folder) throws IOException {
    try (var tree = Files.walk(folder)) {
      return new TreeSet<>(tree.filter(Files::isRegularFile).map(String::valueOf).toList());
    }
  }
}
