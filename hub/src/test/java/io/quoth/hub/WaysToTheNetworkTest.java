package io.quoth.hub;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.quoth.base.ProgressListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArraySet;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
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
    HttpsServer secure = secureServer(pem);
    try {
      HubConfig own =
          config().withEndpoint(URI.create("https://127.0.0.1:" + secure.getAddress().getPort()));
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
    } finally {
      secure.stop(0);
    }
  }

  private HttpsServer secureServer(Path pem) throws Exception {
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
    var secure = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    secure.setHttpsConfigurator(new HttpsConfigurator(context));
    secure.createContext(
        "/",
        exchange -> {
          boolean tree = exchange.getRequestURI().getPath().contains("/tree/");
          byte[] json =
              (tree ? "[]" : "{\"sha\":\"" + "a".repeat(40) + "\"}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, json.length);
          exchange.getResponseBody().write(json);
          exchange.close();
        });
    secure.start();
    return secure;
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
