package io.quoth.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.ProgressListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArraySet;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proxies, and networks with certificates of their own. */
class WaysToTheNetworkTest extends ServedTest {
  @TempDir private Path keys;

  @Test
  void everyRequestGoesThroughTheProxy() {
    var authorizations = new CopyOnWriteArraySet<String>();
    server
        .add(repository)
        .disturb(
            1,
            exchange -> {
              authorizations.add(exchange.header("proxy-authorization").orElse("none"));
              return false;
            },
            exchange -> {});
    URI proxy = URI.create("http://me:secret@127.0.0.1:" + server.endpoint().getPort());
    Hub hub =
        Hubs.of(
            config()
                .withEndpoint(URI.create("http://hub.invalid"))
                .withProxy(new ProxyRule(null, proxy, List.of())));
    assertWhole(hub.pull(TINY, ProgressListener.NONE));
    assertThat(authorizations).containsExactly("Basic bWU6c2VjcmV0");
  }

  @Test
  void anUnknownHostIsNamed() {
    Hub hub = Hubs.of(config().withEndpoint(URI.create("http://hub.invalid")));
    assertFails(HubException.Reason.UNREACHABLE, () -> hub.pull(TINY, ProgressListener.NONE))
        .hasMessageContaining("the host hub.invalid is unknown");
  }

  @Test
  void anOwnCertificateIsTrustedWhenItIsNamed() throws Exception {
    Path pem = keys.resolve("own.pem");
    try (var secure = secureServer(pem)) {
      HubConfig own =
          config().withEndpoint(URI.create("https://127.0.0.1:" + secure.getLocalPort()));
      assertFails(
              HubException.Reason.UNREACHABLE, () -> Hubs.of(own).pull(TINY, ProgressListener.NONE))
          .hasMessageContaining("certificate")
          .hasMessageContaining("SSL_CERT_FILE");
      for (Path trust : List.of(pem, keys.resolve("own.p12"))) {
        assertFails(
                HubException.Reason.UNKNOWN_FILE,
                () -> Hubs.of(own.withTrust(trust)).pull(TINY, ProgressListener.NONE))
            .hasMessageContaining("It is empty");
      }
    }
  }

  private SSLServerSocket secureServer(Path pem) throws Exception {
    Path store = keys.resolve("own.p12");
    keytool(
        "-genkeypair",
        "-alias",
        "own",
        "-keyalg",
        "EC",
        "-dname",
        "CN=own",
        "-ext",
        "san=ip:127.0.0.1",
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString());
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "own",
        "-file",
        pem.toString(),
        "-keystore",
        store.toString());
    var keyStore = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keyStore, "changeit".toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    var secure =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(() -> serve(secure));
    return secure;
  }

  /** One answer a connection: a commit, or an empty listing. */
  private static void serve(SSLServerSocket secure) {
    while (!secure.isClosed()) {
      try (Socket socket = secure.accept()) {
        var reader = socket.getInputStream();
        var head = new StringBuilder();
        int next = 0;
        while (next >= 0 && head.indexOf("\r\n\r\n") < 0) {
          next = reader.read();
          head.append((char) next);
        }
        String json = head.indexOf("/tree/") > 0 ? "[]" : "{\"sha\":\"" + "a".repeat(40) + "\"}";
        String answer =
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
                + json.length()
                + "\r\n\r\n"
                + json;
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // a client that does not trust us; the next one may
      }
    }
  }

  private static void keytool(String... words) throws IOException, InterruptedException {
    var command = new java.util.ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(words));
    command.addAll(List.of("-storepass", "changeit"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(Files.exists(Path.of(words[words.length - 1])) || words[0].equals("-genkeypair"))
        .isTrue();
  }
}
