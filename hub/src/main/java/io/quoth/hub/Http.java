package io.quoth.hub;

import io.quoth.base.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the Hub and to where it redirects. The only class that opens sockets, so what must
 * hold for all of them is held here: none when offline; the token to the endpoint alone; few
 * redirects and none to an unencrypted address; nothing unbounded.
 *
 * <p>Built on {@link HttpURLConnection}, which reads straight from the socket into the caller's
 * array: one gigabyte over the loopback took 2.4 s and 52 MB of memory with it, 5.7 s and 390 MB
 * with {@code java.net.http}, whose buffers are made anew for every 16 kB (JDK 25, two cores). It
 * blocks, and on a virtual thread an interrupt ends it. Safe to share between threads.
 */
final class Http {
  private static final int MAX_REDIRECTS = 20;
  private static final int MAX_JSON_BYTES = 64 << 20;
  private static final int MAX_ERROR_BYTES = 64 << 10;
  private static final Set<Integer> WORTH_RETRYING = Set.of(408, 429, 500, 502, 503, 504);
  private static final int[] BACKOFF_SECONDS = {1, 2, 4, 8, 8};
  private static final long MAX_WAIT_SECONDS = 300;

  /** Waits; tests wait faster. */
  @FunctionalInterface
  interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  private final HubConfig config;
  private final Pause pause;
  private @Nullable SSLSocketFactory
      sockets; // made when first needed: reading certificates is slow

  Http(HubConfig config, Pause pause) {
    this.config = config;
    this.pause = pause;
  }

  /**
   * A request that is answered, with redirects followed.
   *
   * @param headers besides the usual ones
   * @param idle how long nothing may come
   * @throws HubException when offline, or when the answer cannot be one of a Hub
   * @throws IOException when no answer came
   */
  HttpAnswer send(String method, URI uri, Map<String, String> headers, Duration idle)
      throws IOException {
    HttpAnswer last = null;
    URI at = uri;
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
      var answer = new HttpAnswer(connect(method, at, headers, idle), at, last);
      String location = answer.header("Location");
      if (!answer.isRedirect() || location == null) {
        return answer;
      }
      last = answer;
      answer.close();
      at = target(at, location);
      if (method.equals("HEAD") && !isEndpoint(at)) {
        return answer; // what the Hub says about the file stands in the redirect itself
      }
    }
    throw new HubException(
        HubException.Reason.NOT_A_HUB,
        uri
            + ": more than "
            + MAX_REDIRECTS
            + " redirects, the last one to "
            + shown(at)
            + ". What answers there is no Hub; check HF_ENDPOINT and the proxy");
  }

  private static URI target(URI from, String location) {
    URI to;
    try {
      to = from.resolve(new URI(location.replace(" ", "%20")));
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new HubException(
          HubException.Reason.NOT_A_HUB,
          shown(from) + ": redirects to what is no address: " + clipped(location),
          e);
    }
    boolean secure = "https".equalsIgnoreCase(to.getScheme());
    boolean plain = "http".equalsIgnoreCase(to.getScheme());
    if (to.getHost() == null
        || !secure && !plain
        || plain && "https".equalsIgnoreCase(from.getScheme())) {
      throw new HubException(
          HubException.Reason.NOT_A_HUB,
          shown(from)
              + ": redirects to "
              + clipped(location)
              + ", which is not followed: expected an https address");
    }
    return to;
  }

  private HttpURLConnection connect(
      String method, URI uri, Map<String, String> headers, Duration idle) throws IOException {
    if (config.offline()) {
      throw new HubException(
          HubException.Reason.OFFLINE, uri + ": not asked, because HF_HUB_OFFLINE is set");
    }
    var connection = (HttpURLConnection) uri.toURL().openConnection(config.proxy().select(uri));
    connection.setRequestMethod(method);
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    // The program around us may have a default one, which would answer for any host.
    connection.setAuthenticator(new Authenticator() {});
    connection.setConnectTimeout(Math.toIntExact(config.metadataTimeout().toMillis()));
    connection.setReadTimeout(Math.toIntExact(idle.toMillis()));
    connection.setRequestProperty("User-Agent", userAgent());
    connection.setRequestProperty("Accept", "*/*");
    connection.setRequestProperty("Accept-Encoding", "identity");
    headers.forEach(connection::setRequestProperty);
    if (config.token() != null && isEndpoint(uri)) {
      connection.setRequestProperty("Authorization", "Bearer " + config.token());
    }
    config
        .proxy()
        .authorization(uri)
        .ifPresent(value -> connection.setRequestProperty("Proxy-Authorization", value));
    if (config.trust() != null && connection instanceof HttpsURLConnection secure) {
      secure.setSSLSocketFactory(sockets(config.trust()));
    }
    try {
      connection.getResponseCode();
    } catch (StackOverflowError e) {
      // The JDK goes over interim answers ("100 Continue") by recursion, as many as a server sends.
      connection.disconnect();
      throw new IOException("interim answers without end", e);
    }
    return connection;
  }

  private synchronized SSLSocketFactory sockets(Path trust) {
    if (sockets == null) {
      sockets = Trust.sockets(trust);
    }
    return sockets;
  }

  private String userAgent() {
    String ours = "quoth/0.1; java/" + Runtime.version().feature();
    return config.userAgent().isEmpty() ? ours : ours + "; origin/" + config.userAgent();
  }

  /** Whether an address is the endpoint's own: the only place the token goes. */
  private boolean isEndpoint(URI uri) {
    URI endpoint = config.endpoint();
    return uri.getHost() != null
        && uri.getHost().equalsIgnoreCase(endpoint.getHost())
        && uri.getScheme().equalsIgnoreCase(endpoint.getScheme())
        && port(uri) == port(endpoint);
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0
        ? uri.getPort()
        : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
  }

  /** What is tried again as the reference does: five times, 1-2-4-8-8 seconds apart. */
  @FunctionalInterface
  interface Attempt {
    HttpAnswer send() throws IOException;
  }

  /**
   * Sends until an answer comes that waiting would not better.
   *
   * @param retries how often to try again, at most 5
   * @throws IOException what the last attempt threw
   */
  HttpAnswer patiently(int retries, Attempt attempt) throws IOException {
    for (int i = 0; ; i++) {
      Duration wait = Duration.ofSeconds(BACKOFF_SECONDS[Math.min(i, BACKOFF_SECONDS.length - 1)]);
      try {
        HttpAnswer answer = attempt.send();
        if (i >= retries || !WORTH_RETRYING.contains(answer.status())) {
          return answer;
        }
        wait = answer.waitAsked(MAX_WAIT_SECONDS).orElse(wait);
        answer.close();
      } catch (IOException e) {
        if (i >= retries || !isPassing(e)) {
          throw e;
        }
      }
      pause(wait);
    }
  }

  void pause(Duration time) {
    try {
      pause.of(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException(
          HubException.Reason.CANCELLED, "cancelled while waiting for " + config.endpoint(), e);
    }
  }

  /** A certificate that is not trusted stays so; most other failures pass. */
  static boolean isPassing(IOException e) {
    return !(e instanceof javax.net.ssl.SSLHandshakeException)
        && !(e instanceof javax.net.ssl.SSLPeerUnverifiedException)
        && !Thread.currentThread().isInterrupted();
  }

  /**
   * The whole body as JSON.
   *
   * @throws HubException when it is none, an HTML page for example
   */
  Json json(HttpAnswer answer) throws IOException {
    byte[] body = bytes(answer, MAX_JSON_BYTES);
    int first = 0;
    while (first < body.length && body[first] <= ' ') {
      first++;
    }
    if (first < body.length && body[first] == '<') {
      throw new HubException(
          HubException.Reason.NOT_A_HUB,
          shown(answer.uri())
              + ": answered with a web page instead of data. A login page of your"
              + " network, a proxy or a wrong mirror: open that address in a browser, or check"
              + " HF_ENDPOINT ("
              + config.endpoint()
              + ") and HTTPS_PROXY");
    }
    return Json.parse(body, shown(answer.uri()));
  }

  /**
   * The whole body, unpacked when it was gzipped.
   *
   * @throws HubException when it is longer than {@code limit}
   */
  static byte[] bytes(HttpAnswer answer, int limit) throws IOException {
    try (answer;
        InputStream raw = answer.body();
        InputStream in = answer.isGzipped() ? new GZIPInputStream(raw) : raw) {
      byte[] body = in.readNBytes(limit + 1);
      if (body.length > limit) {
        throw new HubException(
            HubException.Reason.NOT_A_HUB,
            shown(answer.uri())
                + ": the answer is longer than "
                + limit
                + " bytes, which no Hub sends here");
      }
      answer.finished();
      return body;
    }
  }

  /** The beginning of an error's body, for messages; never fails. */
  static String text(HttpAnswer answer) {
    try (answer;
        InputStream raw = answer.body();
        InputStream in = answer.isGzipped() ? new GZIPInputStream(raw) : raw) {
      return new String(in.readNBytes(MAX_ERROR_BYTES), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  /** An address without its query, which may be a signature that opens a private file. */
  static String shown(URI uri) {
    String text = uri.toString();
    int query = text.indexOf('?');
    return clipped(query < 0 ? text : text.substring(0, query) + "?…");
  }

  static String clipped(String text) {
    String clean = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return clean.length() > 300 ? clean.substring(0, 300) + "…" : clean;
  }
}
