package io.quoth.hub;

import io.quoth.base.BadArgumentException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the cache lies, whom to ask and how. {@link #fromEnvironment()} reads the same variables as
 * Python's huggingface_hub, with the same precedence; the {@code with…} methods override them, as
 * arguments do there. Immutable.
 *
 * @param cache root of the cache, {@code HF_HUB_CACHE}; the folder need not exist
 * @param endpoint the server, {@code HF_ENDPOINT}; no {@code /} at its end
 * @param token sent to the endpoint's host and to no other, {@code HF_TOKEN}; null for none
 * @param offline open no socket at all, {@code HF_HUB_OFFLINE}
 * @param symlinks whether snapshots may be links to blobs; where the file system has none, files
 *     lie in the snapshots themselves whatever this says
 * @param metadataTimeout how long to wait for a connection and for an answer about a repository
 * @param downloadTimeout how long a download may stand still
 * @param lockTimeout how long to wait for another process that makes no progress
 * @param connections how many files are fetched at once
 * @param proxy how to reach the network
 * @param trust certificates to trust, a PEM file or a Java key store; null for the JDK's own
 * @param quiet what {@code HF_HUB_DISABLE_PROGRESS_BARS} says; empty when it is not set
 * @param userAgent added to what is sent as {@code User-Agent}; may be empty
 * @param inShortProgram whether the program ends with its call: {@link #withShortProgram}
 */
public record HubConfig(
    Path cache,
    URI endpoint,
    @Nullable String token,
    boolean offline,
    boolean symlinks,
    Duration metadataTimeout,
    Duration downloadTimeout,
    Duration lockTimeout,
    int connections,
    ProxyRule proxy,
    @Nullable Path trust,
    Optional<Boolean> quiet,
    String userAgent,
    boolean inShortProgram) {

  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  /**
   * Checks what could not work.
   *
   * @throws BadArgumentException naming the setting
   */
  public HubConfig {
    endpoint = checkedEndpoint(endpoint);
    token = token == null || token.isBlank() ? null : token.strip();
    if (token != null && token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new BadArgumentException(
          "the token holds blanks or other characters that cannot be sent; expected one like"
              + " hf_… (HF_TOKEN, or the file that HF_TOKEN_PATH names)");
    }
    if (connections < 1 || connections > 64) {
      throw new BadArgumentException("connections must be 1 to 64: " + connections);
    }
    checkPositive("metadataTimeout", metadataTimeout);
    checkPositive("downloadTimeout", downloadTimeout);
    checkPositive("lockTimeout", lockTimeout);
  }

  private static void checkPositive(String name, Duration value) {
    if (!value.isPositive() || value.compareTo(Duration.ofDays(7)) > 0) {
      throw new BadArgumentException(name + " must be more than 0 and at most 7 days: " + value);
    }
  }

  private static URI checkedEndpoint(URI endpoint) {
    String scheme = endpoint.getScheme();
    if (endpoint.getHost() == null
        || !("https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme))
        || endpoint.getRawUserInfo() != null
        || endpoint.getRawQuery() != null
        || endpoint.getRawFragment() != null) {
      throw new BadArgumentException(
          "HF_ENDPOINT is \"" + endpoint + "\"; expected one like https://huggingface.co");
    }
    return URI.create(endpoint.toString().replaceAll("/+$", ""));
  }

  /**
   * The settings of the process's environment.
   *
   * <table>
   * <caption>Variables; true is 1, ON, YES, TRUE in any case</caption>
   * <tr><td>{@code HF_HOME}</td><td>else {@code $XDG_CACHE_HOME/huggingface}, else {@code
   * ~/.cache/huggingface}; {@code ~}, {@code $X} and <code>${X}</code> are expanded</td></tr>
   * <tr><td>{@code HF_HUB_CACHE}</td><td>else {@code HUGGINGFACE_HUB_CACHE}, else {@code
   * $HF_HOME/hub}</td></tr>
   * <tr><td>{@code HF_TOKEN}</td><td>else {@code HUGGING_FACE_HUB_TOKEN}, else the file {@code
   * HF_TOKEN_PATH} ({@code $HF_HOME/token}); {@code HF_HUB_DISABLE_IMPLICIT_TOKEN} leaves them all
   * out</td></tr>
   * <tr><td>{@code HF_ENDPOINT}</td><td>else the public Hub</td></tr>
   * <tr><td>{@code HF_HUB_OFFLINE}</td><td>else {@code TRANSFORMERS_OFFLINE}</td></tr>
   * <tr><td>{@code HF_HUB_ETAG_TIMEOUT}, {@code HF_HUB_DOWNLOAD_TIMEOUT}</td><td>seconds, 10</td>
   * </tr>
   * <tr><td>{@code HF_HUB_DISABLE_SYMLINKS}, {@code HF_HUB_DISABLE_PROGRESS_BARS}, {@code
   * HF_HUB_USER_AGENT_ORIGIN}</td><td>as in Python</td></tr>
   * <tr><td>{@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY}, {@code NO_PROXY}</td>
   * <td>in either case; without them the JDK's own settings hold</td></tr>
   * <tr><td>{@code SSL_CERT_FILE}</td><td>else {@code REQUESTS_CA_BUNDLE}, {@code CURL_CA_BUNDLE}:
   * certificates trusted besides the JDK's</td></tr>
   * </table>
   *
   * @throws BadArgumentException when a variable holds what cannot be
   */
  public static HubConfig fromEnvironment() {
    return from(System.getenv());
  }

  /** As {@link #fromEnvironment()}, with the variables given. */
  public static HubConfig from(Map<String, String> variables) {
    return from(new Environment(variables, System.getProperty("user.home", ".")));
  }

  static HubConfig from(Environment env) {
    Path home =
        env.path("HF_HOME")
            .orElseGet(() ->
                env.path("XDG_CACHE_HOME")
                    .orElseGet(() -> env.home().resolve(".cache"))
                    .resolve("huggingface"));
    return new HubConfig(
        env.path("HF_HUB_CACHE")
            .or(() -> env.path("HUGGINGFACE_HUB_CACHE"))
            .orElseGet(() -> home.resolve("hub")),
        env.uri("HF_ENDPOINT", "https://huggingface.co"),
        token(env, home),
        env.isTrue(
            env.get("HF_HUB_OFFLINE").isPresent() ? "HF_HUB_OFFLINE" : "TRANSFORMERS_OFFLINE"),
        !env.isTrue("HF_HUB_DISABLE_SYMLINKS"),
        env.seconds("HF_HUB_ETAG_TIMEOUT", TEN_SECONDS),
        env.seconds("HF_HUB_DOWNLOAD_TIMEOUT", TEN_SECONDS),
        Duration.ofSeconds(60),
        8,
        ProxyRule.from(env),
        env.path("SSL_CERT_FILE")
            .or(() -> env.path("REQUESTS_CA_BUNDLE"))
            .or(() -> env.path("CURL_CA_BUNDLE"))
            .filter(Files::isRegularFile)
            .orElse(null),
        env.get("HF_HUB_DISABLE_PROGRESS_BARS")
            .map(_ -> env.isTrue("HF_HUB_DISABLE_PROGRESS_BARS")),
        env.get("HF_HUB_USER_AGENT_ORIGIN").orElse(""),
        false);
  }

  private static @Nullable String token(Environment env, Path home) {
    if (env.isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
      return null;
    }
    return env.get("HF_TOKEN")
        .or(() -> env.get("HUGGING_FACE_HUB_TOKEN"))
        .or(() -> stored(env.path("HF_TOKEN_PATH").orElseGet(() -> home.resolve("token"))))
        .orElse(null);
  }

  private static Optional<String> stored(Path file) {
    try {
      return Optional.of(Files.readString(file, StandardCharsets.UTF_8).strip())
          .filter(token -> !token.isEmpty());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      // Python goes on without a token too; a request that needs one will say so.
      return Optional.empty();
    }
  }

  /**
   * The same for a program that ends with its call, as a command does: such a program ends 0.3 s
   * sooner, and an interrupted call may leave a thread behind that waits for the network.
   */
  public HubConfig withShortProgram() {
    return new HubConfig(
        cache,
        endpoint,
        token,
        offline,
        symlinks,
        metadataTimeout,
        downloadTimeout,
        lockTimeout,
        connections,
        proxy,
        trust,
        quiet,
        userAgent,
        true);
  }

  /** The same with another cache. */
  public HubConfig withCache(Path other) {
    return new HubConfig(
        other,
        endpoint,
        token,
        offline,
        symlinks,
        metadataTimeout,
        downloadTimeout,
        lockTimeout,
        connections,
        proxy,
        trust,
        quiet,
        userAgent,
        inShortProgram);
  }

  /** The same with another server. */
  public HubConfig withEndpoint(URI other) {
    return new HubConfig(
        cache,
        other,
        token,
        offline,
        symlinks,
        metadataTimeout,
        downloadTimeout,
        lockTimeout,
        connections,
        proxy,
        trust,
        quiet,
        userAgent,
        inShortProgram);
  }

  /** The same with another token; null for none. */
  public HubConfig withToken(@Nullable String other) {
    return new HubConfig(
        cache,
        endpoint,
        other,
        offline,
        symlinks,
        metadataTimeout,
        downloadTimeout,
        lockTimeout,
        connections,
        proxy,
        trust,
        quiet,
        userAgent,
        inShortProgram);
  }

  /** The same, with or without a network. */
  public HubConfig withOffline(boolean other) {
    return new HubConfig(
        cache,
        endpoint,
        token,
        other,
        symlinks,
        metadataTimeout,
        downloadTimeout,
        lockTimeout,
        connections,
        proxy,
        trust,
        quiet,
        userAgent,
        inShortProgram);
  }

  /** The same, with links or without. */
  public HubConfig withSymlinks(boolean other) {
    return new HubConfig(
        cache,
        endpoint,
        token,
        offline,
        other,
        metadataTimeout,
        downloadTimeout,
        lockTimeout,
        connections,
        proxy,
        trust,
        quiet,
        userAgent,
        inShortProgram);
  }

  /** The same with other times to wait. */
  public HubConfig withTimeouts(Duration metadata, Duration download, Duration lock) {
    return new HubConfig(
        cache,
        endpoint,
        token,
        offline,
        symlinks,
        metadata,
        download,
        lock,
        connections,
        proxy,
        trust,
        quiet,
        userAgent,
        inShortProgram);
  }

  /** The same with another number of files at once. */
  public HubConfig withConnections(int other) {
    return new HubConfig(
        cache,
        endpoint,
        token,
        offline,
        symlinks,
        metadataTimeout,
        downloadTimeout,
        lockTimeout,
        other,
        proxy,
        trust,
        quiet,
        userAgent,
        inShortProgram);
  }

  /** The same with another way to the network. */
  public HubConfig withProxy(ProxyRule other) {
    return new HubConfig(
        cache,
        endpoint,
        token,
        offline,
        symlinks,
        metadataTimeout,
        downloadTimeout,
        lockTimeout,
        connections,
        other,
        trust,
        quiet,
        userAgent,
        inShortProgram);
  }

  /** The same with other certificates; null for the JDK's own. */
  public HubConfig withTrust(@Nullable Path other) {
    return new HubConfig(
        cache,
        endpoint,
        token,
        offline,
        symlinks,
        metadataTimeout,
        downloadTimeout,
        lockTimeout,
        connections,
        proxy,
        other,
        quiet,
        userAgent,
        inShortProgram);
  }

  /** All but the token, which must not end up in logs. */
  @Override
  public String toString() {
    return "HubConfig[cache="
        + cache
        + ", endpoint="
        + endpoint
        + ", token="
        + (token == null ? "none" : "set")
        + ", offline="
        + offline
        + ", connections="
        + connections
        + ", proxy="
        + proxy
        + "]";
  }
}
