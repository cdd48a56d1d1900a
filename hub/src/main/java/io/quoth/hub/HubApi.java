package io.quoth.hub;

import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the server says about repositories: {@code GET /api/models/{id}/revision/{rev}}, {@code GET
 * /api/models/{id}/tree/{rev}}, {@code HEAD /{id}/resolve/{rev}/{path}}.
 */
final class HubApi {
  private static final Pattern NEXT = Pattern.compile("<([^<>]*)>\\s*;\\s*rel=\"next\"");
  private static final int MAX_PAGES = 1_000;
  private static final int MAX_FILES = 200_000;
  private static final int RETRIES = 5;

  private final HubConfig config;
  private final Http http;
  private final Problems problems;

  HubApi(HubConfig config, Http http, Problems problems) {
    this.config = config;
    this.http = http;
    this.problems = problems;
  }

  /**
   * What the repository says of itself at a revision; {@code sha} is its commit.
   *
   * @param retries fewer when something in the cache can serve
   */
  Json info(ModelName name, int retries) {
    return json(
        name, uri("/api/models/" + name.id() + "/revision/" + encoded(name.revision())), retries);
  }

  /** The commit in what {@link #info} gave. */
  String commit(ModelName name, Json info) {
    String commit = info.getString("sha", "");
    if (!ModelName.isCommit(commit)) {
      throw problems.notAHub(
          name,
          "says that the commit is \"" + Http.clipped(commit) + "\", not 40 hexadecimal digits");
    }
    return commit;
  }

  /** All files of a commit, page by page; empty when the server, a mirror, has no listings. */
  Optional<Listing> listing(ModelName name, String commit) {
    ModelName pinned = name.withRevision(commit);
    URI page = uri("/api/models/" + name.id() + "/tree/" + commit + "?recursive=true");
    var files = new ArrayList<RepoFile>();
    var seen = new HashSet<URI>();
    while (true) {
      if (!seen.add(page) || seen.size() > MAX_PAGES || files.size() > MAX_FILES) {
        throw problems.notAHub(
            name, "lists files without end: " + seen.size() + " pages, " + files.size() + " files");
      }
      HttpAnswer answer = send(pinned, page, RETRIES);
      if (seen.size() == 1 && hasNoListings(answer)) {
        answer.close();
        return Optional.empty();
      }
      checkOk(pinned, answer);
      for (Json item : body(pinned, answer).items()) {
        if (item.getString("type", "").equals("file")) {
          files.add(RepoFile.fromApi(item));
        }
      }
      String link = answer.header("Link");
      Matcher next = NEXT.matcher(link == null ? "" : link);
      if (!next.find()) {
        return Optional.of(Listing.of(files));
      }
      page = sameServer(name, page, next.group(1));
    }
  }

  /** A mirror may hand through the links of the public Hub: only their query counts. */
  private URI sameServer(ModelName name, URI page, String link) {
    try {
      String query = new URI(link).getRawQuery();
      return URI.create(
          page.getScheme()
              + "://"
              + page.getRawAuthority()
              + page.getRawPath()
              + (query == null ? "" : "?" + query));
    } catch (URISyntaxException e) {
      throw problems.notAHub(name, "names as next page what is no address: " + Http.clipped(link));
    }
  }

  private Json json(ModelName name, URI uri, int retries) {
    HttpAnswer answer = send(name, uri, retries);
    checkOk(name, answer);
    return body(name, answer);
  }

  private static boolean hasNoListings(HttpAnswer answer) {
    return answer.status() == 405
        || answer.status() == 501
        || answer.status() == 404
            && answer.header("X-Error-Code") == null
            && answer.header("X-Error-Message") == null;
  }

  private void checkOk(ModelName name, HttpAnswer answer) {
    if (answer.status() != 200) {
      throw problems.ofStatus(name, "", answer);
    }
  }

  private HttpAnswer send(ModelName name, URI uri, int retries) {
    try {
      return http.patiently(
          retries, () -> http.send("GET", uri, Map.of(), config.metadataTimeout()));
    } catch (IOException e) {
      throw problems.unreachable(name, uri, e);
    }
  }

  private Json body(ModelName name, HttpAnswer answer) {
    try {
      return http.json(answer);
    } catch (IOException e) {
      throw problems.unreachable(name, answer.uri(), e);
    } catch (BadFileException e) {
      throw problems.notAHub(name, "answered with what is no JSON (" + e.getMessage() + ")");
    }
  }

  /**
   * What {@code HEAD} says of one file, for servers that have no listings.
   *
   * @throws HubException when there is no such file
   */
  RepoFile head(ModelName name, String commit, String path) {
    RepoFile.checkPath(path);
    URI uri = resolve(name, commit, path);
    try (HttpAnswer answer =
        http.patiently(RETRIES, () -> http.send("HEAD", uri, Map.of(), config.metadataTimeout()))) {
      if (answer.status() != 200 && !answer.isRedirect()) {
        throw problems.ofStatus(name.withRevision(commit), path, answer);
      }
      checkIsHub(name, answer);
      String etag = answer.etag().orElse("");
      long size = answer.linkedSize();
      if (size < 0 && !answer.isRedirect()) {
        size = answer.contentLength();
      }
      return etag.length() == 64
          ? new RepoFile(path, size, "0".repeat(40), etag, null)
          : new RepoFile(path, size, etag, null, null);
    } catch (IOException e) {
      throw problems.unreachable(name, uri, e);
    }
  }

  /** A Hub says which commit it serves; a login page does not. */
  void checkIsHub(ModelName name, HttpAnswer answer) {
    if (!ModelName.isCommit(answer.headerOnTheWay("X-Repo-Commit").orElse(""))) {
      throw problems.notAHub(
          name,
          "answered without X-Repo-Commit"
              + (answer.isHtml() ? ", with a web page (a login page of your network?)" : ""));
    }
  }

  /** Where the content of a file is. */
  URI resolve(ModelName name, String revision, String path) {
    var address = new StringBuilder("/" + name.id() + "/resolve/" + encoded(revision));
    for (String part : path.split("/", -1)) {
      address.append('/').append(encoded(part));
    }
    return uri(address.toString());
  }

  private URI uri(String path) {
    return URI.create(config.endpoint() + path);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
