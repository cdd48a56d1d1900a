package io.quoth.hub;

import io.quoth.hub.HubException.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The errors of this room: what was asked of whom, what came back, what to do. */
final class Problems {
  private static final String BAD_CREDENTIALS = "Invalid credentials";
  private static final String DISABLED = "Access to this resource is disabled.";

  private final HubConfig config;
  private final Function<ModelName, List<String>> nearMisses;

  /**
   * @param nearMisses names in the cache that look like a name
   */
  Problems(HubConfig config, Function<ModelName, List<String>> nearMisses) {
    this.config = config;
    this.nearMisses = nearMisses;
  }

  /** What a status of 400 or more, or an unexpected one, means. */
  HubException ofStatus(ModelName name, String file, HttpAnswer answer) {
    String code = answer.headerOnTheWay("X-Error-Code").orElse("");
    String said = answer.headerOnTheWay("X-Error-Message").map(Http::clipped).orElse("");
    boolean html = answer.isHtml();
    answer.close();
    if (said.startsWith(DISABLED)) {
      return new HubException(
          Reason.TAKEN_DOWN,
          name.id()
              + ": was taken down: the Hub says \""
              + said
              + "\". "
              + page(name)
              + " may say why"
              + cached(name));
    }
    if (code.equals("GatedRepo")) {
      return gated(name, answer.status());
    }
    if (answer.status() == 401 && said.startsWith(BAD_CREDENTIALS)) {
      return badToken(name);
    }
    if (code.equals("RevisionNotFound")) {
      return new HubException(
          Reason.UNKNOWN_REVISION,
          name.id()
              + ": has no revision \""
              + name.revision()
              + "\"; its branches and tags are at "
              + page(name)
              + "/refs. Without @revision it is main"
              + cached(name));
    }
    if (code.equals("EntryNotFound")) {
      return unknownFile(name, file, List.of());
    }
    if (code.equals("RepoNotFound") || answer.status() == 401) {
      return unknownRepository(name);
    }
    return switch (answer.status()) {
      case 403 ->
          new HubException(
              Reason.NO_ACCESS,
              name.id()
                  + ": access refused (403"
                  + (said.isEmpty() ? "" : ": " + said)
                  + "). "
                  + (html
                      ? "A web page came with it: a proxy or firewall may be in between"
                          + " (HTTPS_PROXY)."
                      : "The token may lack the right to read it (a fine-grained one?): "
                          + tokenAdvice()));
      case 404 ->
          html || said.isEmpty() && !file.isEmpty()
              ? notAHub(
                  name,
                  "answered 404 for "
                      + Http.shown(answer.uri())
                      + " without saying what is missing")
              : unknownRepository(name);
      case 407 ->
          new HubException(
              Reason.UNREACHABLE,
              config.endpoint()
                  + ": the proxy wants a name and password (407): write them into"
                  + " HTTPS_PROXY=http://user:password@host:port");
      case 429 ->
          new HubException(
              Reason.SERVER_ERROR,
              name.id()
                  + ": too many requests (429), after waiting as often as the server asked."
                  + " Try again later; with a token the limits are higher: "
                  + tokenAdvice());
      default ->
          new HubException(
              Reason.SERVER_ERROR,
              Http.shown(answer.uri())
                  + ": answered "
                  + answer.status()
                  + (said.isEmpty() ? "" : " (" + said + ")")
                  + "; expected 200"
                  + cached(name));
    };
  }

  private HubException gated(ModelName name, int status) {
    return new HubException(
        Reason.NO_ACCESS,
        name.id()
            + ": is gated ("
            + status
            + "): its terms must be accepted at "
            + page(name)
            + " by the account whose token is used, and for some repositories be granted there. "
            + tokenAdvice()
            + cached(name));
  }

  private HubException badToken(ModelName name) {
    return new HubException(
        Reason.BAD_TOKEN,
        name.id()
            + ": the token is not valid (401). Make a new one at "
            + config.endpoint()
            + "/settings/tokens and set it in HF_TOKEN or in the file that HF_TOKEN_PATH names"
            + " (by default token in HF_HOME); for public models no token is needed:"
            + " HF_HUB_DISABLE_IMPLICIT_TOKEN=1");
  }

  private HubException unknownRepository(ModelName name) {
    List<String> near = nearMisses.apply(name);
    return new HubException(
        Reason.UNKNOWN_REPOSITORY,
        name.id()
            + ": there is no such folder here, and "
            + config.endpoint()
            + " knows no such model, or it is private and "
            + (config.token() == null ? "no token is set. " : "the token does not open it. ")
            + (near.isEmpty() ? "" : "In the cache there is: " + String.join(", ", near) + ". ")
            + "Check the spelling at "
            + page(name)
            + "; for a private model: "
            + tokenAdvice());
  }

  /** A repository without a file that was asked for. */
  HubException unknownFile(ModelName name, String file, List<String> near) {
    return new HubException(
        Reason.UNKNOWN_FILE,
        name
            + ": has no file \""
            + file
            + "\""
            + (near.isEmpty() ? "" : "; it has: " + String.join(", ", near))
            + ". All of them: "
            + page(name)
            + "/tree/"
            + name.revision());
  }

  /** A repository in another format, or an empty one. */
  HubException nothingToLoad(ModelName name, Collection<String> paths) {
    var some = paths.stream().limit(8).map(Http::clipped).toList();
    return new HubException(
        Reason.UNKNOWN_FILE,
        name
            + ": has none of the files that a load needs (config.json, model.safetensors,"
            + " tokenizer.json, …). "
            + (some.isEmpty()
                ? "It is empty"
                : "It has "
                    + String.join(", ", some)
                    + (paths.size() > some.size() ? ", …" : "")
                    + "; a single file is fetched by its name: quoth pull "
                    + name
                    + " FILE"));
  }

  private String tokenAdvice() {
    return "set a token of "
        + config.endpoint()
        + "/settings/tokens in HF_TOKEN or in the file token of HF_HOME (~/.cache/huggingface)"
        + (config.token() == null ? " (none is set)" : " (one is set)");
  }

  private String page(ModelName name) {
    return config.endpoint() + "/" + name.id();
  }

  /** Something else than a Hub answered. */
  HubException notAHub(ModelName name, String what) {
    return new HubException(
        Reason.NOT_A_HUB,
        name.id()
            + ": "
            + config.endpoint()
            + " "
            + what
            + ". What answers there is no Hub or is"
            + " reached through something that changes its answers: check HF_ENDPOINT and"
            + " HTTPS_PROXY, and open "
            + page(name)
            + " in a browser");
  }

  /** No connection, or it broke. */
  HubException unreachable(ModelName name, URI uri, IOException cause) {
    String what =
        switch (cause) {
          case UnknownHostException _ -> "the host " + uri.getHost() + " is unknown (no network?)";
          case ConnectException _ -> "no connection to " + uri.getHost();
          case SocketTimeoutException _ ->
              "no answer from "
                  + uri.getHost()
                  + " (HF_HUB_ETAG_TIMEOUT and"
                  + " HF_HUB_DOWNLOAD_TIMEOUT say how long to wait)";
          case SSLException _ ->
              "the certificate of "
                  + uri.getHost()
                  + " is not trusted or TLS failed ("
                  + Http.clipped(String.valueOf(cause.getMessage()))
                  + "); where a proxy inspects TLS, name its certificate (PEM) in SSL_CERT_FILE";
          default ->
              "the connection to "
                  + uri.getHost()
                  + " broke ("
                  + Http.clipped(String.valueOf(cause.getMessage()))
                  + ")";
        };
    return new HubException(
        Reason.UNREACHABLE,
        name + ": " + what + ". Proxy: " + config.proxy() + byHand(name) + cached(name),
        cause);
  }

  /** Offline, and the cache lacks something. */
  HubException offline(ModelName name, @Nullable String file) {
    return new HubException(
        Reason.OFFLINE,
        name
            + ": "
            + (file == null
                ? "is not in the cache " + config.cache()
                : file + " is not in the cache")
            + ", and HF_HUB_OFFLINE forbids to fetch it. Unset it, or bring a bundle from a machine"
            + " with network: quoth export "
            + name
            + " FILE there, quoth import FILE here"
            + byHand(name)
            + cached(name));
  }

  private String byHand(ModelName name) {
    return ". By hand: place config.json, the weights and the tokenizer's files from "
        + page(name)
        + "/tree/"
        + name.revision()
        + " (each at "
        + page(name)
        + "/resolve/"
        + name.revision()
        + "/FILE) into a folder, say ./"
        + name.id().replaceAll(".*/", "")
        + ", and give that folder as the model";
  }

  private String cached(ModelName name) {
    List<String> near = nearMisses.apply(name);
    return near.isEmpty() ? "" : ". In the cache there is: " + String.join(", ", near);
  }

  /** Bytes that are not what the repository says. */
  HubException corrupt(ModelName name, RepoFile file, String found) {
    return new HubException(
        Reason.CORRUPT,
        name
            + ": "
            + file.path()
            + ": what arrived is not the file: "
            + found
            + "; expected "
            + file.size()
            + " bytes with hash "
            + file.etag()
            + ". Nothing of it was kept. A proxy or a wrong mirror may change files: check"
            + " HF_ENDPOINT ("
            + config.endpoint()
            + ") and HTTPS_PROXY, then try again");
  }

  /** No room. */
  HubException diskFull(ModelName name, Path where, long missing, @Nullable IOException cause) {
    return new HubException(
        Reason.DISK_FULL,
        name
            + ": the disk of "
            + where
            + " is full"
            + (missing > 0 ? ": " + Sizes.text(missing) + " more are needed" : "")
            + ". Free some (quoth list, quoth remove MODEL), or set HF_HUB_CACHE to a folder on"
            + " another disk. What has arrived is kept and goes on from there",
        cause);
  }

  /** The cache cannot be used. */
  HubException cache(ModelName name, Path where, IOException cause) {
    return new HubException(
        Reason.CACHE,
        name
            + ": the cache cannot be written: "
            + where
            + ": "
            + cause.getClass().getSimpleName()
            + " "
            + cause.getMessage()
            + ". Set HF_HUB_CACHE to a folder that can be written",
        cause);
  }
}
