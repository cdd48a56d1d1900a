package io.quoth.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** One request to a {@link HubServer} and the ways to answer it, wrong ones too. */
public final class HubExchange {
  private static final int MAX_HEAD = 64 << 10;

  private final SocketChannel channel;
  private final String method;
  private final String target;
  private final Map<String, String> headers;
  private boolean last;

  private HubExchange(
      SocketChannel channel, String method, String target, Map<String, String> headers) {
    this.channel = channel;
    this.method = method;
    this.target = target;
    this.headers = headers;
  }

  /** The next request on a connection; null at its end. */
  static @Nullable HubExchange read(SocketChannel channel) throws IOException {
    var head = new ByteArrayOutputStream();
    ByteBuffer one = ByteBuffer.allocate(1);
    int newlines = 0;
    while (newlines < 2 && head.size() < MAX_HEAD) {
      if (channel.read(one.clear()) < 0) {
        return null;
      }
      byte b = one.get(0);
      head.write(b);
      newlines = b == '\n' ? newlines + 1 : b == '\r' ? newlines : 0;
    }
    String[] lines = head.toString(StandardCharsets.ISO_8859_1).split("\r\n");
    String[] first = lines[0].split(" ");
    var headers = new LinkedHashMap<String, String>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon > 0) {
        headers.put(
            lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
            lines[i].substring(colon + 1).strip());
      }
    }
    // Asked as a proxy, it gets whole addresses, and answers as if they were its own.
    String target = first.length > 1 ? first[1].replaceFirst("^https?://[^/]*", "") : "/";
    return new HubExchange(channel, first[0], target, headers);
  }

  /** {@code GET}, {@code HEAD}, … */
  public String method() {
    return method;
  }

  /** What was asked for, query included, still encoded. */
  public String target() {
    return target;
  }

  String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  Optional<String> query(String key) {
    int query = target.indexOf('?');
    for (String pair : target.substring(query < 0 ? target.length() : query + 1).split("&")) {
      if (pair.startsWith(key + "=")) {
        return Optional.of(pair.substring(key.length() + 1));
      }
    }
    return Optional.empty();
  }

  /** A header of the request, its name in small letters. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  boolean isLast() {
    return last || header("connection").map("close"::equalsIgnoreCase).orElse(false);
  }

  /** Answers with a status and a text. */
  public void send(int status, Map<String, String> more, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    head(status, more, bytes.length);
    if (!method.equals("HEAD")) {
      write(bytes);
    }
  }

  /** Answers with JSON. */
  public void json(Map<String, String> more, String body) throws IOException {
    var headers = new LinkedHashMap<>(more);
    headers.put("Content-Type", "application/json; charset=utf-8");
    send(200, headers, body);
  }

  /** Answers with gzipped bytes in chunks, as the Hub may do for text. */
  public void sendGzipped(Map<String, String> more, byte[] body) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(body);
    }
    var lines = new StringBuilder("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n");
    more.forEach((key, value) -> lines.append(key).append(": ").append(value).append("\r\n"));
    write(lines.append("Transfer-Encoding: chunked\r\n\r\n").toString());
    write(Integer.toHexString(packed.size()) + "\r\n");
    write(packed.toByteArray());
    write("\r\n0\r\n\r\n");
  }

  /** Answers with a file or the range of it that was asked for. */
  public void send(HubFile file, Map<String, String> more) throws IOException {
    long from = rangeStart(file.size());
    long to = rangeEnd(file.size());
    if (from >= file.size() && file.size() > 0) {
      send(416, Map.of("Content-Range", "bytes */" + file.size()), "");
      return;
    }
    var headers = new LinkedHashMap<>(more);
    boolean isRange = header("range").isPresent();
    if (isRange) {
      headers.put("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + file.size());
    }
    headers.put("Accept-Ranges", "bytes");
    head(isRange ? 206 : 200, headers, to - from);
    if (!method.equals("HEAD")) {
      body(file, from, to);
    }
  }

  /** The first byte that was asked for. */
  public long rangeStart(long size) {
    return header("range")
        .map(range -> Long.parseLong(range.replaceAll("bytes=(\\d+)-.*", "$1")))
        .orElse(0L);
  }

  private long rangeEnd(long size) {
    return header("range")
        .map(range -> range.replaceAll("bytes=\\d+-(\\d*)", "$1"))
        .filter(end -> !end.isEmpty())
        .map(end -> Math.min(size, Long.parseLong(end) + 1))
        .orElse(size);
  }

  private void body(HubFile file, long from, long to) throws IOException {
    if (file.path() == null) {
      write(ByteBuffer.wrap(file.bytes(), (int) from, (int) (to - from)));
      return;
    }
    try (var in = FileChannel.open(file.path(), StandardOpenOption.READ)) {
      for (long at = from; at < to; ) {
        at += in.transferTo(at, to - at, channel);
      }
    }
  }

  /** Sends status line and headers; the body is to follow. */
  public void head(int status, Map<String, String> more, long length) throws IOException {
    var lines = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
    more.forEach((key, value) -> lines.append(key).append(": ").append(value).append("\r\n"));
    write(lines.append("Content-Length: ").append(length).append("\r\n\r\n").toString());
  }

  /** Sends text as it is. */
  public void write(String raw) throws IOException {
    write(raw.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends bytes as they are. */
  public void write(byte[] raw) throws IOException {
    write(ByteBuffer.wrap(raw));
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Ends the connection after this answer. */
  public void cut() throws IOException {
    last = true;
    channel.close();
  }

  /** Sends nothing for a time; ends early when the other side went away. */
  public static void stall(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
