package io.quoth.hub;

import io.quoth.base.BadArgumentException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Environment variables, read the way Python's huggingface_hub reads them. */
record Environment(Map<String, String> variables, String userHome) {
  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");
  private static final Pattern VARIABLE = Pattern.compile("\\$(?:(\\w+)|\\{([^}]*)\\})");

  /** A variable; an empty one counts as missing. */
  Optional<String> get(String name) {
    String value = variables.get(name);
    return value == null || value.isBlank() ? Optional.empty() : Optional.of(value.strip());
  }

  boolean isTrue(String name) {
    return get(name).map(value -> TRUE.contains(value.toUpperCase(Locale.ROOT))).orElse(false);
  }

  Path home() {
    return Path.of(userHome);
  }

  /** A path, {@code ~}, {@code $X} and <code>${X}</code> expanded; unknown variables stay. */
  Optional<Path> path(String name) {
    return get(name).map(value -> expand(name, value));
  }

  private Path expand(String name, String value) {
    String path =
        value.equals("~") || value.startsWith("~/") ? userHome + value.substring(1) : value;
    path =
        VARIABLE
            .matcher(path)
            .replaceAll(found -> {
              String key = found.group(1) != null ? found.group(1) : found.group(2);
              return Matcher.quoteReplacement(variables.getOrDefault(key, found.group()));
            });
    try {
      return Path.of(path);
    } catch (InvalidPathException e) {
      throw new BadArgumentException(name + " is no path: \"" + value + "\"", e);
    }
  }

  Duration seconds(String name, Duration otherwise) {
    Optional<String> value = get(name);
    try {
      long seconds = value.map(Long::parseLong).orElse(0L);
      return seconds == 0 ? otherwise : Duration.ofSeconds(seconds);
    } catch (NumberFormatException e) {
      throw new BadArgumentException(
          name + " is \"" + value.orElse("") + "\"; expected whole seconds", e);
    }
  }

  URI uri(String name, String otherwise) {
    String value = get(name).orElse(otherwise);
    try {
      return new URI(value);
    } catch (URISyntaxException e) {
      throw new BadArgumentException(name + " is no address: \"" + value + "\"", e);
    }
  }
}
