package io.quoth.testkit;

import io.quoth.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * A server that plays the Hub's protocol on this machine: {@code http://127.0.0.1:PORT} answers for
 * repositories, {@code http://localhost:OTHER} is the storage to which it sends for large files, as
 * another host. Requests are kept for tests to look at, and any of them can be answered wrongly.
 *
 * <p>By hand: {@code java … io.quoth.testkit.HubServer PORT FOLDER} serves every {@code
 * FOLDER/name} and {@code FOLDER/org/name} that holds a {@code config.json}; then {@code
 * HF_ENDPOINT=http://127.0.0.1:PORT quoth pull name}.
 */
public final class HubServer implements AutoCloseable {
  /** Files of this size or more lie in the storage, as Git LFS files do. */
  public static final long LARGE = 4096;

  /** Answers a request in place of the server. */
  @FunctionalInterface
  public interface Behaviour {
    /** Answers; what it throws cuts the connection. */
    void answer(HubExchange exchange) throws IOException;
  }

  private record Rule(Predicate<HubExchange> when, int[] times, Behaviour behaviour) {}

  private final ServerSocketChannel hub;
  private final ServerSocketChannel storage;
  private final Map<String, HubRepository> repositories = new ConcurrentHashMap<>();
  private final Map<String, String> renamed = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> leaks = new CopyOnWriteArrayList<>();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final java.util.Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private volatile int pageSize = 1000;
  private volatile boolean hasListings = true;

  private HubServer(int port) throws IOException {
    hub =
        ServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
    storage =
        ServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    accept(hub, false);
    accept(storage, true);
  }

  /** Starts on a free port. */
  public static HubServer start() {
    return start(0);
  }

  /** Starts on a port of 127.0.0.1; 0 for a free one. */
  public static HubServer start(int port) {
    try {
      return new HubServer(port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Serves folders until it is ended. */
  public static void main(String[] args) throws Exception {
    var server = start(Integer.parseInt(args[0]));
    Path root = Path.of(args[1]);
    try (var tree = Files.walk(root, 3)) {
      for (Path folder : tree.filter(Files::isDirectory).toList()) {
        String id = root.relativize(folder).toString().replace('\\', '/');
        if (!id.isEmpty() && Files.exists(folder.resolve("config.json"))) {
          server.add(new HubRepository(id).addFolder(folder));
          System.out.println("serves " + id);
        }
      }
    }
    System.out.println("HF_ENDPOINT=" + server.endpoint());
    Thread.currentThread().join();
  }

  /** What {@code HF_ENDPOINT} must be. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port(hub));
  }

  /** The storage's address: another host. */
  public URI storage() {
    return URI.create("http://localhost:" + port(storage));
  }

  private static int port(ServerSocketChannel channel) {
    return channel.socket().getLocalPort();
  }

  /** Adds or replaces a repository. */
  public HubServer add(HubRepository repository) {
    repositories.put(repository.id(), repository);
    return this;
  }

  /** Requests for {@code old} are redirected to {@code id}. */
  public HubServer rename(String old, String id) {
    renamed.put(old, id);
    return this;
  }

  /** How many files a page of a listing holds. */
  public HubServer pageSize(int files) {
    pageSize = files;
    return this;
  }

  /** Whether listings are answered; some mirrors have none. */
  public HubServer listings(boolean answered) {
    hasListings = answered;
    return this;
  }

  /** The next {@code times} requests that pass the test are answered by {@code behaviour}. */
  public HubServer disturb(int times, Predicate<HubExchange> when, Behaviour behaviour) {
    rules.add(new Rule(when, new int[] {times}, behaviour));
    return this;
  }

  /** As {@link #disturb(int, Predicate, Behaviour)}, for requests whose address holds a text. */
  public HubServer disturb(int times, String part, Behaviour behaviour) {
    return disturb(times, exchange -> exchange.target().contains(part), behaviour);
  }

  /** No request is answered wrongly any more. */
  public void calm() {
    rules.clear();
  }

  /** All requests so far: method, blank, address, and the range asked for, if any. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** Forgets the requests so far. */
  public void forget() {
    requests.clear();
  }

  /** Requests that carried a token to the storage; must stay empty. */
  public List<String> leaks() {
    return List.copyOf(leaks);
  }

  private void accept(ServerSocketChannel server, boolean isStorage) {
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          while (server.isOpen()) {
            try {
              SocketChannel channel = server.accept();
              open.add(channel);
              // Platform threads: on virtual ones files are sent in pieces of 64 kB.
              Thread.ofPlatform().daemon().start(() -> serve(channel, isStorage));
            } catch (IOException e) {
              return; // closed
            }
          }
        });
  }

  private void serve(SocketChannel channel, boolean isStorage) {
    try (channel) {
      channel.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
      while (true) {
        HubExchange exchange = HubExchange.read(channel);
        if (exchange == null) {
          return;
        }
        requests.add(
            exchange.method()
                + " "
                + exchange.target()
                + exchange.header("range").map(r -> " " + r).orElse(""));
        Rule rule = rule(exchange);
        if (rule != null) {
          rule.behaviour.answer(exchange);
        } else if (isStorage || exchange.target().startsWith("/blob/")) {
          fromStorage(exchange);
        } else {
          fromHub(exchange);
        }
        if (exchange.isLast()) {
          return;
        }
      }
    } catch (ClosedChannelException e) {
      return;
    } catch (IOException e) {
      return; // the client went away, or a behaviour cut the connection
    } finally {
      open.remove(channel);
    }
  }

  private @org.jspecify.annotations.Nullable Rule rule(HubExchange exchange) {
    for (Rule rule : rules) {
      if (rule.when.test(exchange)) {
        synchronized (rule) {
          if (rule.times[0] > 0) {
            rule.times[0]--;
            return rule;
          }
        }
      }
    }
    return null;
  }

  /** What the server answers when nothing disturbs it; for behaviours that only change a part. */
  public void usual(HubExchange exchange) throws IOException {
    if (exchange.target().startsWith("/blob/")) {
      fromStorage(exchange);
    } else {
      fromHub(exchange);
    }
  }

  private void fromStorage(HubExchange exchange) throws IOException {
    if (exchange.header("authorization").isPresent()) {
      leaks.add(exchange.target());
    }
    String[] parts = exchange.path().split("/");
    for (HubRepository repository : repositories.values()) {
      var file = parts.length == 3 ? repository.bySha256(parts[2]) : null;
      if (file != null) {
        exchange.send(file, Map.of("ETag", "\"storage-" + parts[2].substring(0, 8) + "\""));
        return;
      }
    }
    exchange.send(403, Map.of(), "<Error>signature expired</Error>");
  }

  private void fromHub(HubExchange exchange) throws IOException {
    String path = exchange.path();
    boolean isApi = path.startsWith("/api/models/");
    String rest = path.substring(isApi ? "/api/models/".length() : 1);
    String separator = !isApi ? "/resolve/" : rest.contains("/tree/") ? "/tree/" : "/revision/";
    int at = rest.indexOf(separator);
    String id = at < 0 ? rest : rest.substring(0, at);
    String tail = at < 0 ? "" : rest.substring(at + separator.length());
    String newId = renamed.get(id);
    if (newId != null) {
      String to = exchange.target().replaceFirst("/" + id, "/" + newId);
      exchange.send(307, Map.of("Location", to), "Moved");
      return;
    }
    HubRepository repository = repositories.get(id);
    if (repository == null) {
      error(exchange, 401, "RepoNotFound", "Repository not found");
    } else if (repository.isRefused(exchange)) {
      repository.refuse(exchange);
    } else {
      answer(exchange, repository, separator, tail);
    }
  }

  private void answer(HubExchange exchange, HubRepository repository, String what, String tail)
      throws IOException {
    int slash = tail.indexOf('/');
    String revision =
        decoded(tail.isEmpty() ? "main" : slash < 0 ? tail : tail.substring(0, slash));
    if (!repository.hasRevision(revision)) {
      error(exchange, 404, "RevisionNotFound", "Invalid rev id: " + revision);
    } else if (what.equals("/revision/")) {
      exchange.json(Map.of(), Json.write(repository.info()));
    } else if (what.equals("/tree/")) {
      tree(exchange, repository);
    } else {
      String file = decoded(slash < 0 ? "" : tail.substring(slash + 1));
      repository.resolve(exchange, file, storage());
    }
  }

  private void tree(HubExchange exchange, HubRepository repository) throws IOException {
    if (!hasListings) {
      exchange.send(404, Map.of("Content-Type", "text/plain"), "Not Found");
      return;
    }
    List<Map<String, Object>> all = repository.tree();
    int from = exchange.query("cursor").map(Integer::parseInt).orElse(0);
    int to = Math.min(all.size(), from + pageSize);
    var headers = new LinkedHashMap<String, String>();
    if (to < all.size()) {
      headers.put(
          "Link",
          "<" + endpoint() + exchange.path() + "?recursive=true&cursor=" + to + ">; rel=\"next\"");
    }
    exchange.json(headers, Json.write(new ArrayList<>(all.subList(from, to))));
  }

  static void error(HubExchange exchange, int status, String code, String message)
      throws IOException {
    exchange.send(status, Map.of("X-Error-Code", code, "X-Error-Message", message), message);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    try {
      hub.close();
      storage.close();
      for (SocketChannel channel : open) {
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
