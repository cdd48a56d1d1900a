package io.quoth.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A command line, parsed by what a {@link Usage} allows: {@code --name value}, {@code
 * --name=value}, switches, parameters in between; {@code --} ends the options, {@code -} is a
 * parameter.
 *
 * <p>Written for this purpose because starts must be quick: libraries that read annotations take
 * longer than loading the embedded model does.
 */
final class Arguments {
  private final Map<String, List<String>> options = new LinkedHashMap<>();
  private final List<String> parameters = new ArrayList<>();

  private Arguments() {}

  /**
   * Parses what follows the name of a command.
   *
   * @throws UsageException when it is not what the usage allows
   */
  static Arguments parse(Usage usage, List<String> words) {
    var arguments = new Arguments();
    boolean options = true;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (options && word.equals("--")) {
        options = false;
      } else if (options && word.startsWith("-") && word.length() > 1) {
        i += arguments.option(usage, word, i + 1 < words.size() ? words.get(i + 1) : null);
      } else {
        arguments.parameters.add(word);
      }
    }
    if (!arguments.has("--help") && !arguments.has("--version")) {
      arguments.count(usage.parameters());
    }
    return arguments;
  }

  /** Takes one option; returns how many more words it took. */
  private int option(Usage usage, String word, @Nullable String next) {
    int equals = word.startsWith("--") ? word.indexOf('=') : -1;
    String name = equals < 0 ? word : word.substring(0, equals);
    Usage.Opt option = usage.find(name);
    if (option == null) {
      var names = new ArrayList<String>();
      usage.all().forEach(known -> names.add(known.name()));
      throw new UsageException("unknown option " + name + Nearest.question(name, names));
    }
    var values = this.options.computeIfAbsent(option.name(), _ -> new ArrayList<>());
    if (!values.isEmpty() && !option.many() && option.value() != null) {
      throw new UsageException(option.name() + " is given twice");
    }
    if (option.value() == null) {
      if (equals >= 0) {
        throw new UsageException(option.name() + " takes no value");
      }
      values.add("");
      return 0;
    }
    if (equals >= 0) {
      values.add(word.substring(equals + 1));
      return 0;
    }
    if (next == null) {
      throw new UsageException(option.name() + " needs a value: " + option.value());
    }
    values.add(next);
    return 1;
  }

  private void count(Usage.Parameters wanted) {
    if (parameters.size() < wanted.least()) {
      throw new UsageException("missing " + wanted.label());
    }
    if (parameters.size() > wanted.most()) {
      String extra = parameters.get(wanted.most());
      throw new UsageException(
          "unexpected \""
              + extra
              + '"'
              + (wanted.most() == 1 ? "; a text of several words goes in quotes" : ""));
    }
  }

  /** Whether an option is given. */
  boolean has(String name) {
    return options.containsKey(name);
  }

  /** All values of an option in their order. */
  List<String> all(String name) {
    return options.getOrDefault(name, List.of());
  }

  /** The value of an option, if it is given. */
  Optional<String> text(String name) {
    return has(name) ? Optional.of(all(name).getFirst()) : Optional.empty();
  }

  /** The value of an option as a whole number. */
  OptionalInt integer(String name) {
    if (!has(name)) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(all(name).getFirst()));
    } catch (NumberFormatException _) {
      throw wrong(name, "a whole number");
    }
  }

  /** The value of an option as a large whole number. */
  OptionalLong longInteger(String name) {
    if (!has(name)) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(all(name).getFirst()));
    } catch (NumberFormatException _) {
      throw wrong(name, "a whole number");
    }
  }

  /** The value of an option as a number. */
  OptionalDouble number(String name) {
    if (!has(name)) {
      return OptionalDouble.empty();
    }
    try {
      double number = Double.parseDouble(all(name).getFirst());
      if (Double.isFinite(number)) {
        return OptionalDouble.of(number);
      }
    } catch (NumberFormatException _) {
      // told below, with what is not finite
    }
    throw wrong(name, "a number");
  }

  /** The value of an option as token ids. */
  Optional<int[]> ids(String name) {
    return has(name) ? Optional.of(Ids.parse(name, all(name).getFirst())) : Optional.empty();
  }

  private UsageException wrong(String name, String expected) {
    return new UsageException(
        name + ": expected " + expected + ", found \"" + all(name).getFirst() + '"');
  }

  /** What stands without an option. */
  List<String> parameters() {
    return parameters;
  }

  /** The first parameter, or null. */
  @Nullable String parameter() {
    return parameters.isEmpty() ? null : parameters.getFirst();
  }
}
