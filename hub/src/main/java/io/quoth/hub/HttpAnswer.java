package io.quoth.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The last answer to a request and what the answers before it, all redirects, said: the Hub tells
 * about a file in the redirect that leads to its storage.
 */
final class HttpAnswer implements AutoCloseable {
  private static final Pattern RATE_LIMIT = Pattern.compile("\\bt=(\\d{1,6})\\b");

  private static final int WORTH_DRAINING = 16 << 10;

  private final HttpURLConnection connection;
  private final URI uri;
  private final int status;
  private final @Nullable HttpAnswer before;
  private boolean finished;

  HttpAnswer(HttpURLConnection connection, URI uri, @Nullable HttpAnswer before)
      throws IOException {
    this.connection = connection;
    this.uri = uri;
    this.before = before;
    this.status = connection.getResponseCode();
    if (status < 100) {
      connection.disconnect();
      throw new IOException("the answer is not HTTP");
    }
  }

  URI uri() {
    return uri;
  }

  int status() {
    return status;
  }

  boolean isRedirect() {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  /** A header of this answer; null when it is missing. */
  @Nullable String header(String name) {
    return connection.getHeaderField(name);
  }

  /** A header of this answer or, when it lacks it, of the redirects that led here. */
  Optional<String> headerOnTheWay(String name) {
    String value = header(name);
    if (value != null) {
      return Optional.of(value.strip());
    }
    return before == null ? Optional.empty() : before.headerOnTheWay(name);
  }

  /**
   * What names the content: {@code X-Linked-Etag}, else the {@code ETag} of the first answer (the
   * Hub's own; a storage has others), without {@code W/} and quotes.
   */
  Optional<String> etag() {
    Optional<String> linked = headerOnTheWay("X-Linked-Etag");
    return linked.or(() -> Optional.ofNullable(first().header("ETag"))).map(HttpAnswer::bare);
  }

  private static String bare(String etag) {
    String strong = etag.strip().startsWith("W/") ? etag.strip().substring(2) : etag.strip();
    return strong.replaceAll("^\"|\"$", "");
  }

  private HttpAnswer first() {
    return before == null ? this : before.first();
  }

  /** The size of the whole file as the Hub tells it, or -1. */
  long linkedSize() {
    return headerOnTheWay("X-Linked-Size").map(HttpAnswer::number).orElse(-1L);
  }

  /** The length of this answer's body as it is sent, or -1. */
  long contentLength() {
    return connection.getContentLengthLong();
  }

  /** Of {@code Content-Range: bytes 5-9/10} the 5, or -1. */
  long rangeStart() {
    String range = header("Content-Range");
    Matcher found =
        Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/.*").matcher(range == null ? "" : range);
    return found.matches() ? Long.parseLong(found.group(1)) : -1;
  }

  private static long number(String text) {
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
  }

  boolean isGzipped() {
    return "gzip".equalsIgnoreCase(connection.getContentEncoding());
  }

  boolean isHtml() {
    String type = connection.getContentType();
    return type != null && type.strip().toLowerCase(java.util.Locale.ROOT).startsWith("text/html");
  }

  /** How long the server asks to wait: {@code ratelimit: …;t=55}, else {@code Retry-After}. */
  Optional<Duration> waitAsked(long maxSeconds) {
    String limit = header("ratelimit");
    Matcher found = RATE_LIMIT.matcher(limit == null || status != 429 ? "" : limit);
    if (found.find()) {
      return Optional.of(Duration.ofSeconds(Math.min(maxSeconds, number(found.group(1)) + 1)));
    }
    String after = header("Retry-After");
    long seconds = after == null ? -1 : number(after.strip());
    return seconds < 0
        ? Optional.empty()
        : Optional.of(Duration.ofSeconds(Math.min(maxSeconds, seconds)));
  }

  /** The body, of errors too; empty when there is none. */
  InputStream body() throws IOException {
    InputStream body = status >= 400 ? connection.getErrorStream() : connection.getInputStream();
    return body == null ? InputStream.nullInputStream() : body;
  }

  /** Says that the body was read to its end, so that its connection can serve the next request. */
  void finished() {
    finished = true;
  }

  /** Lets the connection go; when the body was not read to its end, for good. */
  @Override
  public void close() {
    if (!finished && contentLength() >= 0 && contentLength() <= WORTH_DRAINING) {
      try (InputStream rest = body()) {
        rest.skipNBytes(contentLength());
        finished = true;
      } catch (IOException e) {
        finished = false;
      }
    }
    if (!finished) {
      connection.disconnect();
    }
  }
}
