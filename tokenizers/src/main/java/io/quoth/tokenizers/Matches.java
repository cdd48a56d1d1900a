package io.quoth.tokenizers;

import io.quoth.base.QuothException;
import java.nio.CharBuffer;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a pattern matches in a piece: a string, or a regular expression with Oniguruma's meaning.
 */
sealed interface Matches {
  /** Calls {@code found} with each match in chars {@code from} to {@code to}, from the left. */
  void find(char[] chars, int from, int to, Found found);

  /** Takes one match. */
  @FunctionalInterface
  interface Found {
    void match(int start, int end);
  }

  /** A string, not empty. */
  record Literal(String text) implements Matches {
    @Override
    public void find(char[] chars, int from, int to, Found found) {
      int n = text.length();
      char first = text.charAt(0);
      for (int i = from; i + n <= to; ) {
        if (chars[i] == first && matches(chars, i)) {
          found.match(i, i + n);
          i += n;
        } else {
          i++;
        }
      }
    }

    private boolean matches(char[] chars, int at) {
      for (int i = 1; i < text.length(); i++) {
        if (chars[at + i] != text.charAt(i)) {
          return false;
        }
      }
      return true;
    }
  }

  /** Each character of a set. */
  record Characters(IntPredicate set) implements Matches {
    @Override
    public void find(char[] chars, int from, int to, Found found) {
      for (int i = from; i < to; ) {
        int c = Character.codePointAt(chars, i, to);
        int end = i + Character.charCount(c);
        if (set.test(c)) {
          found.match(i, end);
        }
        i = end;
      }
    }
  }

  /**
   * A regular expression. An empty match directly behind a match does not count, as in the
   * reference's iterator.
   */
  record Regex(Pattern pattern, String source, @Nullable Scanner scanner) implements Matches {
    static Regex of(String source) {
      return new Regex(Oniguruma.compile(source), source, Scanner.of(source));
    }

    /** The regular expression that a scanner equals. */
    static Regex of(Scanner scanner) {
      int flags = Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNICODE_CASE | Pattern.UNIX_LINES;
      return new Regex(Pattern.compile(scanner.pattern(), flags), scanner.pattern(), scanner);
    }

    @Override
    public void find(char[] chars, int from, int to, Found found) {
      int length = to - from;
      Matcher matcher = pattern.matcher(new Guarded(CharBuffer.wrap(chars, from, length), source));
      int at = 0;
      int last = -1;
      while (at <= length && search(matcher, at)) {
        int start = matcher.start();
        int end = matcher.end();
        if (start == end && end == last) {
          at +=
              at < length
                      && Character.isHighSurrogate(chars[from + at])
                      && at + 1 < length
                      && Character.isLowSurrogate(chars[from + at + 1])
                  ? 2
                  : 1;
          continue;
        }
        found.match(from + start, from + end);
        at = end;
        last = end;
      }
    }

    private boolean search(Matcher matcher, int at) {
      try {
        return matcher.find(at);
      } catch (StackOverflowError e) {
        throw new QuothException(
            "the regular expression "
                + source
                + " needs more stack than there is for this text;"
                + " encode it in a thread with a larger stack, or in shorter pieces",
            e);
      }
    }
  }

  /** A text that counts how often it is looked at, so that no pattern can search for ever. */
  final class Guarded implements CharSequence {
    private final CharSequence text;
    private final String source;
    private long left;

    Guarded(CharSequence text, String source) {
      this.text = text;
      this.source = source;
      left = 20_000_000L + 2_000L * text.length();
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (--left < 0) {
        throw new QuothException(
            "the regular expression "
                + source
                + " was given up: it takes too long on a text of "
                + length()
                + " chars");
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
