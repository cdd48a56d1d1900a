package io.quoth.hub;

import io.quoth.base.BadFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Certificates trusted besides the JDK's own, as networks that inspect TLS need them. The password
 * of a key store is the JDK's {@code javax.net.ssl.trustStorePassword}, else {@code changeit}.
 */
final class Trust {
  private Trust() {}

  /** Sockets that trust the JDK's certificates and those in a PEM file or key store. */
  static SSLSocketFactory sockets(Path file) {
    try {
      KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
      all.load(null, null);
      int count = 0;
      for (X509Certificate known : manager(null).getAcceptedIssuers()) {
        all.setCertificateEntry("jdk-" + count++, known);
      }
      addFrom(file, all);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new X509TrustManager[] {manager(all)}, null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException | IOException e) {
      throw new BadFileException(
          file
              + ": holds no certificates that can be read: expected PEM (-----BEGIN"
              + " CERTIFICATE-----) or a Java key store. It is named by SSL_CERT_FILE,"
              + " REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE: "
              + e.getMessage(),
          e);
    }
  }

  private static void addFrom(Path file, KeyStore all)
      throws GeneralSecurityException, IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (!new String(bytes, StandardCharsets.ISO_8859_1).contains("-----BEGIN")) {
      String password = System.getProperty("javax.net.ssl.trustStorePassword", "changeit");
      KeyStore store = KeyStore.getInstance(file.toFile(), password.toCharArray());
      for (String alias : Collections.list(store.aliases())) {
        all.setCertificateEntry("own-" + alias, store.getCertificate(alias));
      }
      return;
    }
    int count = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        all.setCertificateEntry("own-" + count++, certificate);
      }
    }
  }

  private static X509TrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509TrustManager.class::isInstance)
        .map(X509TrustManager.class::cast)
        .findFirst()
        .orElseThrow(() -> new GeneralSecurityException("the JDK has no X.509 trust manager"));
  }
}
