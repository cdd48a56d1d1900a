package io.quoth.hub;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Hubs for tests: nothing of the environment, and waiting that takes no time. */
final class Hubs {
  private Hubs() {}

  static HubConfig config(URI endpoint, Path cache) {
    return HubConfig.from(new Environment(Map.of(), cache.resolve("home").toString()))
        .withEndpoint(endpoint)
        .withCache(cache)
        .withProxy(new ProxyRule(null, null, java.util.List.of()))
        .withTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(20));
  }

  static Hub at(URI endpoint, Path cache) {
    return of(config(endpoint, cache));
  }

  static Hub of(HubConfig config) {
    return new Hub(config, _ -> Thread.sleep(1), BlobDownload.Disk.REAL);
  }
}
