package io.quoth.hub;

import io.quoth.base.BadArgumentException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which proxy, if any, leads to an address. The variables are those of curl and Python: {@code
 * HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY} (hosts and domains by
 * comma, {@code *} for all), in capitals or not; the small ones win.
 *
 * @param https for addresses with {@code https}; null for none
 * @param http for addresses with {@code http}; null for none
 * @param except hosts reached without a proxy
 */
public record ProxyRule(@Nullable URI https, @Nullable URI http, List<String> except) {
  /** No variable: what the JDK is told by {@code https.proxyHost} and the like. */
  public static final ProxyRule OF_THE_JDK = new ProxyRule(null, null, List.of());

  /** Copies the list and checks the addresses. */
  public ProxyRule {
    except = List.copyOf(except);
    check(https);
    check(http);
  }

  private static void check(@Nullable URI proxy) {
    if (proxy != null && (proxy.getHost() == null || !"http".equalsIgnoreCase(proxy.getScheme()))) {
      throw new BadArgumentException(
          "the proxy must be written like http://host:port, and was not: " + shown(proxy));
    }
  }

  static ProxyRule from(Environment env) {
    Optional<String> all = variable(env, "all_proxy");
    return new ProxyRule(
        variable(env, "https_proxy").or(() -> all).map(ProxyRule::parse).orElse(null),
        variable(env, "http_proxy").or(() -> all).map(ProxyRule::parse).orElse(null),
        variable(env, "no_proxy").map(hosts -> List.of(hosts.split("[,\\s]+"))).orElse(List.of()));
  }

  private static Optional<String> variable(Environment env, String name) {
    return env.get(name).or(() -> env.get(name.toUpperCase(Locale.ROOT)));
  }

  private static URI parse(String value) {
    try {
      return new URI(value.contains("://") ? value : "http://" + value);
    } catch (URISyntaxException e) {
      throw new BadArgumentException("the proxy must be written like http://host:port", e);
    }
  }

  /** The proxy for an address. */
  Proxy select(URI target) {
    if (https == null && http == null) {
      return ofTheJdk(target);
    }
    URI proxy = "https".equalsIgnoreCase(target.getScheme()) ? https : http;
    return proxy == null || isExcepted(target)
        ? Proxy.NO_PROXY
        : new Proxy(
            Proxy.Type.HTTP,
            new InetSocketAddress(proxy.getHost(), proxy.getPort() < 0 ? 80 : proxy.getPort()));
  }

  private static Proxy ofTheJdk(URI target) {
    ProxySelector selector = ProxySelector.getDefault();
    List<Proxy> proxies = selector == null ? List.of() : selector.select(target);
    return proxies.isEmpty() ? Proxy.NO_PROXY : proxies.getFirst();
  }

  private boolean isExcepted(URI target) {
    String host = target.getHost().toLowerCase(Locale.ROOT);
    String withPort = host + ":" + target.getPort();
    for (String entry : except) {
      String rule = entry.toLowerCase(Locale.ROOT).replaceFirst("^\\*?\\.", "");
      if (entry.equals("*")
          || !rule.isEmpty()
              && (host.equals(rule) || host.endsWith("." + rule) || withPort.equals(rule))) {
        return true;
      }
    }
    return false;
  }

  /** What {@code user:password@} in the proxy's address asks to be sent to it. */
  Optional<String> authorization(URI target) {
    URI proxy = "https".equalsIgnoreCase(target.getScheme()) ? https : http;
    return proxy == null || proxy.getUserInfo() == null
        ? Optional.empty()
        : Optional.of(
            "Basic "
                + Base64.getEncoder()
                    .encodeToString(proxy.getUserInfo().getBytes(StandardCharsets.UTF_8)));
  }

  private static String shown(@Nullable URI proxy) {
    return proxy == null ? "none" : String.valueOf(proxy).replaceFirst("//[^@/]*@", "//…@");
  }

  /** Without passwords. */
  @Override
  public String toString() {
    return "https " + shown(https) + ", http " + shown(http) + ", except " + except;
  }
}
