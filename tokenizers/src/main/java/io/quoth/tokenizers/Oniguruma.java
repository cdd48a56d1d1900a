package io.quoth.tokenizers;

import io.quoth.base.BadFileException;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Translates patterns written for Oniguruma (Ruby syntax, what the reference uses) to {@link
 * Pattern} so that they mean the same: {@code ^} and {@code $} at every line, {@code .} all but a
 * line feed, {@code \h} a hexadecimal digit, {@code \s \d \w \b} by Unicode's tables, {@code
 * [[:punct:]]} punctuation and symbols, {@code (?m)} "dot matches all", {@code x{1,3}+} a repeated
 * group. Reference: Oniguruma's doc/RE; differences measured over all code points.
 */
final class Oniguruma {
  private static final int FLAGS =
      Pattern.UNICODE_CHARACTER_CLASS
          | Pattern.UNICODE_CASE
          | Pattern.MULTILINE
          | Pattern.UNIX_LINES;

  /** Six digits more than Java's word characters, and not the two joiners. */
  private static final String WORD = "[\\w\u00B2\u00B3\u00B9\u00BC\u00BD\u00BE&&[^\u200C\u200D]]";

  /**
   * Matches nothing at all. Java looks behind by chars, not characters, unless it finds a character
   * of two chars further on in the pattern.
   */
  private static final String LOOKS_BEHIND_PAIRS = "(?:|(?!)\uD801\uDC00)";

  private static final Map<String, String> POSIX =
      Map.ofEntries(
          Map.entry("alnum", "\\p{IsAlphabetic}\\p{Nd}"),
          Map.entry("alpha", "\\p{IsAlphabetic}"),
          Map.entry("ascii", "\\x00-\\x7F"),
          Map.entry("blank", "\\p{Zs}\\t"),
          Map.entry("cntrl", "\\p{Cc}"),
          Map.entry("digit", "\\p{Nd}"),
          Map.entry("graph", "\\p{Graph}"),
          Map.entry("lower", "\\p{IsLowercase}"),
          Map.entry("print", "\\p{Print}"),
          Map.entry("punct", "\\p{P}\\p{S}"),
          Map.entry("space", "\\s"),
          Map.entry("upper", "\\p{IsUppercase}"),
          Map.entry("xdigit", "0-9a-fA-F"),
          Map.entry("word", WORD));

  private final String in;
  private int at;
  private final StringBuilder out = new StringBuilder();

  private Oniguruma(String in) {
    this.in = in;
  }

  /**
   * The pattern with Oniguruma's meaning.
   *
   * @throws BadFileException when it cannot be understood
   */
  static Pattern compile(String pattern) {
    try {
      String translated = new Oniguruma(pattern).translate();
      return Pattern.compile(
          translated.contains("(?<") ? translated + LOOKS_BEHIND_PAIRS : translated, FLAGS);
    } catch (PatternSyntaxException | StackOverflowError | IndexOutOfBoundsException e) {
      throw new BadFileException(
          "the regular expression "
              + shortened(pattern)
              + " cannot be understood: "
              + e.getMessage(),
          e);
    }
  }

  private static String shortened(String pattern) {
    return pattern.length() > 200 ? pattern.substring(0, 200) + "…" : pattern;
  }

  private String translate() {
    int atom = -1;
    var groups = new java.util.ArrayDeque<Integer>();
    while (at < in.length()) {
      char c = in.charAt(at);
      int start = out.length();
      switch (c) {
        case '\\' -> {
          escape(false);
          atom = start;
        }
        case '[' -> {
          set();
          atom = start;
        }
        case '(' -> {
          groups.push(start);
          groupStart();
        }
        case ')' -> {
          out.append(')');
          at++;
          atom = groups.isEmpty() ? start : groups.pop();
        }
        case '{' -> interval(atom);
        case '*', '+', '?' -> {
          out.append(c);
          at++;
        }
        default -> {
          int cp = in.codePointAt(at);
          out.appendCodePoint(cp);
          at += Character.charCount(cp);
          atom = start;
        }
      }
    }
    return out.toString();
  }

  /** Ruby's {@code (?m)} is Java's {@code (?s)}. */
  private void groupStart() {
    out.append('(');
    at++;
    if (!in.startsWith("?", at)) {
      return;
    }
    int i = at + 1;
    while (i < in.length() && "imx-".indexOf(in.charAt(i)) >= 0) {
      i++;
    }
    if (i < in.length() && i > at + 1 && (in.charAt(i) == ':' || in.charAt(i) == ')')) {
      out.append(in.substring(at, i).replace('m', 's'));
      at = i;
      if (in.charAt(i) == ')') {
        out.append(')');
        at++;
      }
    }
  }

  /** {@code {n,m}} with a lower bound that may be missing; a {@code +} behind repeats the whole. */
  private void interval(int atom) {
    int end = in.indexOf('}', at);
    String body = end < 0 ? "" : in.substring(at + 1, end);
    if (!body.matches("\\d*,?\\d*") || body.isEmpty() || body.equals(",")) {
      out.append("\\{");
      at++;
      return;
    }
    out.append('{').append(body.startsWith(",") ? "0" : "").append(body).append('}');
    at = end + 1;
    if (in.startsWith("+", at) && atom >= 0) {
      out.insert(atom, "(?:").append(')');
    }
  }

  private void escape(boolean inSet) {
    char c = in.charAt(at + 1);
    at += 2;
    switch (c) {
      case 'h' -> out.append(inSet ? "0-9a-fA-F" : "[0-9a-fA-F]");
      case 'H' -> out.append("[^0-9a-fA-F]");
      case 'w' -> out.append(WORD);
      case 'W' -> out.append("[^" + WORD + "]");
      case 'v' -> out.append("\\x0B");
      case 'N' -> out.append("[^\\n]");
      case 'O' -> out.append("[\\x{0}-\\x{10FFFF}]");
      case 'b' -> {
        if (inSet) {
          out.append("\\x08");
        } else {
          out.append("(?:(?<=" + WORD + ")(?!" + WORD + ")|(?<!" + WORD + ")(?=" + WORD + "))");
        }
      }
      case 'B' ->
          out.append("(?:(?<=" + WORD + ")(?=" + WORD + ")|(?<!" + WORD + ")(?!" + WORD + "))");
      case 'p', 'P' -> property(c);
      default -> {
        int cp = in.codePointAt(at - 1);
        out.append('\\').appendCodePoint(cp);
        at += Character.charCount(cp) - 1;
      }
    }
  }

  /** {@code \p{Name}}, {@code \p{^Name}}; a name of more than two letters may be a script. */
  private void property(char p) {
    if (!in.startsWith("{", at)) {
      out.append('\\').append(p);
      return;
    }
    int end = in.indexOf('}', at);
    if (end < 0) {
      throw new PatternSyntaxException("unclosed property", in, at);
    }
    String name = in.substring(at + 1, end);
    boolean negated = p == 'P';
    if (name.startsWith("^")) {
      negated = !negated;
      name = name.substring(1);
    }
    at = end + 1;
    String posix = POSIX.get(name.toLowerCase(java.util.Locale.ROOT));
    if (posix != null) {
      out.append(negated ? "[^" : "[").append(posix).append(']');
    } else {
      out.append(negated ? "\\P{" : "\\p{").append(javaName(name)).append('}');
    }
  }

  private static final Map<String, String> LONG_NAMES =
      Map.ofEntries(
          Map.entry("letter", "L"),
          Map.entry("mark", "M"),
          Map.entry("number", "N"),
          Map.entry("punctuation", "P"),
          Map.entry("symbol", "S"),
          Map.entry("separator", "Z"),
          Map.entry("other", "C"),
          Map.entry("any", "IsAssigned}\\p{Cn"));

  private static String javaName(String name) {
    String known = LONG_NAMES.get(name.toLowerCase(java.util.Locale.ROOT));
    if (known != null && !known.startsWith("IsAssigned")) {
      return known;
    }
    if (name.length() <= 2 || name.startsWith("Is") || name.startsWith("In")) {
      return name;
    }
    return "Is" + name;
  }

  private void set() {
    int depth = 0;
    do {
      char c = in.charAt(at);
      if (c == '[' && in.startsWith("[:", at) && in.indexOf(":]", at) > 0 && depth > 0) {
        int end = in.indexOf(":]", at);
        boolean negated = in.charAt(at + 2) == '^';
        String name = in.substring(at + (negated ? 3 : 2), end);
        String posix = POSIX.get(name);
        if (posix == null) {
          throw new PatternSyntaxException("unknown class [:" + name + ":]", in, at);
        }
        out.append(negated ? "[^" : "[").append(posix).append(']');
        at = end + 2;
      } else if (c == '[') {
        depth++;
        out.append('[');
        at++;
        if (in.startsWith("^", at)) {
          out.append('^');
          at++;
        }
        if (in.startsWith("]", at)) {
          out.append("\\]");
          at++;
        }
      } else if (c == ']') {
        depth--;
        out.append(']');
        at++;
      } else if (c == '\\') {
        escape(true);
      } else {
        int cp = in.codePointAt(at);
        if (cp == '#' || cp == ' ') {
          out.append('\\');
        }
        out.appendCodePoint(cp);
        at += Character.charCount(cp);
      }
    } while (depth > 0);
  }
}
