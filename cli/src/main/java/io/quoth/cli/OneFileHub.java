package io.quoth.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A Hub on this machine with one model of one file, for {@link WarmUp} to pull. */
final class OneFileHub implements AutoCloseable {
  static final String MODEL = "quoth/one-file";
  static final String CONTENT = "{}";

  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final String SHA_1 = "9e26dfeeb6e641a33dae4961196235bdb965b21b";
  private static final String SHA_256 =
      "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

  private final ServerSocket server;

  OneFileHub() throws IOException {
    server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("one-file-hub").start(this::serve);
  }

  /** What {@code HF_ENDPOINT} must be. */
  String endpoint() {
    return "http://localhost:" + server.getLocalPort();
  }

  private void serve() {
    try {
      while (true) {
        try (Socket socket = server.accept()) {
          answer(socket);
        }
      }
    } catch (IOException _) {
      // closed, or the caller is told that nobody answers
    }
  }

  private static void answer(Socket socket) throws IOException {
    var in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    String request = String.valueOf(in.readLine());
    String line = in.readLine();
    while (line != null && !line.isEmpty()) {
      line = in.readLine();
    }
    String body = body(request);
    String head =
        """
        HTTP/1.1 200 OK
        Connection: close
        X-Repo-Commit: %s
        ETag: "%s"
        Content-Length: %d

        """
            .formatted(COMMIT, SHA_256, body.length())
            .replace("\n", "\r\n");
    socket.getOutputStream().write((head + body).getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String body(String request) {
    if (request.contains("/revision/")) {
      return "{\"sha\": \"" + COMMIT + "\"}";
    }
    if (request.contains("/tree/")) {
      return """
      [{"type": "file", "path": "config.json", "oid": "%s", "size": %d,
        "lfs": {"oid": "%s", "size": %d}}]
      """
          .formatted(SHA_1, CONTENT.length(), SHA_256, CONTENT.length());
    }
    return CONTENT;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
