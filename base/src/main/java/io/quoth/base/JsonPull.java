package io.quoth.base;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a JSON value token by token, without keeping it: {@link #next} moves on, the other methods
 * tell what stands there. For one thread. Everything throws {@link BadFileException} where the text
 * is no JSON.
 *
 * <p>The grammar is RFC 8259 and what Python adds: {@code NaN}, {@code Infinity}, lone surrogates,
 * written as {@code \\uXXXX} or in three bytes.
 */
public final class JsonPull {
  private static final int MAX_DEPTH = 500;

  /** A longer number would take forever to be read. */
  private static final int MAX_NUMBER = 1000;

  private final byte[] utf8;
  private final int end;
  private final String source;

  /** What is wrong is told with this place; it may be inside the source. */
  private final String place;

  private int at;
  private Kind kind = Kind.NOTHING;
  private boolean begun;

  /** For each level, whether it is an object. */
  private boolean[] objects = new boolean[8];

  private int depth;

  /** Where the token here begins, in bytes. */
  private int from;

  /** The string here: bytes of ASCII from {@code from + 1} on, or decoded into {@code chars}. */
  private boolean plain;

  private char[] chars = new char[64];
  private int length;

  /** The whole number here, if it fits. */
  private long whole;

  private boolean fits;

  /** What stands at the current place. */
  public enum Kind {
    /** The beginning of an object; names and values follow. */
    OBJECT,
    /** The beginning of an array. */
    ARRAY,
    /** The end of the innermost object or array. */
    END,
    /** The name of a member. */
    NAME,
    /** A string. */
    TEXT,
    /** A whole number. */
    WHOLE,
    /** Another number. */
    DECIMAL,
    /** {@code true} or {@code false}. */
    TRUTH,
    /** {@code null}. */
    NULL,
    /** Before the first token, or behind the end of the value. */
    NOTHING
  }

  /** A reader of the value that takes bytes {@code from} to {@code to}. */
  JsonPull(byte[] utf8, int from, int to, String source, String place) {
    this.utf8 = utf8;
    this.source = source;
    this.place = place;
    at = from;
    end = to;
    if (from == 0 && to >= 3 && utf8[0] == (byte) 0xEF && utf8[1] == (byte) 0xBB) {
      at = utf8[2] == (byte) 0xBF ? 3 : 0; // a byte order mark
    }
  }

  // ---- moving on

  /** Moves to the next token. */
  public Kind next() {
    skipBlanks();
    if (kind == Kind.NAME) {
      expect(':');
      skipBlanks();
      kind = value();
    } else if (depth == 0) {
      kind = root();
    } else {
      kind = inside(objects[depth - 1]);
    }
    return kind;
  }

  private Kind root() {
    if (!begun) {
      begun = true;
      if (at == end) {
        throw new BadFileException(source + ": is empty; expected JSON");
      }
      return value();
    }
    if (at < end) {
      throw notValid("text behind the end of the value");
    }
    return Kind.NOTHING;
  }

  private Kind inside(boolean object) {
    if (peek() == (object ? '}' : ']')) {
      from = at++;
      depth--;
      return Kind.END;
    }
    if (kind != Kind.OBJECT && kind != Kind.ARRAY) {
      expect(',');
      skipBlanks();
    }
    if (!object) {
      return value();
    }
    if (peek() != '"') {
      throw notValid("expected the name of a member");
    }
    return string(Kind.NAME);
  }

  private Kind value() {
    from = at;
    return switch (peek()) {
      case '{' -> open(true);
      case '[' -> open(false);
      case '"' -> string(Kind.TEXT);
      case 't' -> word("true", Kind.TRUTH);
      case 'f' -> word("false", Kind.TRUTH);
      case 'n' -> word("null", Kind.NULL);
      case 'N' -> word("NaN", Kind.DECIMAL);
      case 'I' -> word("Infinity", Kind.DECIMAL);
      default -> numeral();
    };
  }

  private Kind open(boolean object) {
    at++;
    if (depth == MAX_DEPTH) {
      throw notValid("nested deeper than " + MAX_DEPTH);
    }
    if (depth == objects.length) {
      objects = Arrays.copyOf(objects, 2 * depth);
    }
    objects[depth++] = object;
    return object ? Kind.OBJECT : Kind.ARRAY;
  }

  private Kind word(String word, Kind what) {
    for (int i = 0; i < word.length(); i++) {
      expect(word.charAt(i));
    }
    return what;
  }

  /**
   * Passes over the object or array that was just begun, to its end. Inside of it only brackets and
   * strings are looked at: whoever reads it is told of the rest.
   */
  void skip() {
    for (int level = 1; level > 0; ) {
      switch (peek()) {
        case '{', '[' -> level++;
        case '}', ']' -> level--;
        case '"' -> skipString();
        default -> {}
      }
      at++;
    }
    depth--;
    kind = Kind.END;
  }

  /** From the quote that begins a string to the one that ends it. */
  private void skipString() {
    at++;
    while (peek() != '"') {
      at += utf8[at] == '\\' ? 2 : 1;
    }
  }

  private void skipBlanks() {
    while (at < end) {
      switch (utf8[at]) {
        case ' ', '\n', '\r', '\t' -> at++;
        default -> {
          return;
        }
      }
    }
  }

  private byte peek() {
    if (at >= end) {
      throw notValid("it ends too early");
    }
    return utf8[at];
  }

  private void expect(char c) {
    if (peek() != c) {
      throw notValid("expected '" + c + "'");
    }
    at++;
  }

  // ---- numbers

  private Kind numeral() {
    if (peek() == '-') {
      at++;
      if (peek() == 'I') {
        return word("Infinity", Kind.DECIMAL);
      }
    }
    int first = at;
    int digits = digits();
    if (digits > 1 && utf8[first] == '0') {
      throw notValid("a number begins with 0");
    }
    Kind what = Kind.WHOLE;
    if (at < end && utf8[at] == '.') {
      at++;
      digits();
      what = Kind.DECIMAL;
    }
    if (at < end && (utf8[at] == 'e' || utf8[at] == 'E')) {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits();
      what = Kind.DECIMAL;
    }
    if (at - from > MAX_NUMBER) {
      throw notValid("a number of more than " + MAX_NUMBER + " characters");
    }
    if (what == Kind.WHOLE) {
      fits = digits <= 18;
      if (fits) {
        whole = small(first);
      } else {
        BigInteger number = new BigInteger(ascii(from, at));
        fits = number.bitLength() < Long.SIZE;
        whole = number.longValue();
      }
    }
    return what;
  }

  private int digits() {
    int first = at;
    while (at < end && utf8[at] >= '0' && utf8[at] <= '9') {
      at++;
    }
    if (at == first) {
      throw notValid(first == from ? "expected a value" : "expected a digit");
    }
    return at - first;
  }

  private long small(int first) {
    long value = 0;
    for (int i = first; i < at; i++) {
      value = 10 * value + utf8[i] - '0';
    }
    return first == from ? value : -value;
  }

  private String ascii(int first, int to) {
    return new String(utf8, first, to - first, StandardCharsets.ISO_8859_1);
  }

  // ---- strings

  private Kind string(Kind what) {
    from = at++;
    int first = at;
    while (isPlain(peek())) {
      at++;
    }
    plain = utf8[at] == '"';
    length = at - first;
    if (!plain) {
      decode(first);
    }
    at++;
    return what;
  }

  /** ASCII that stands for itself; bytes of other characters are below 0. */
  private static boolean isPlain(byte b) {
    return b >= ' ' && b != '"' && b != '\\';
  }

  /** Decodes the string from {@code first} on, plain up to the place here, to its end. */
  private void decode(int first) {
    inflate(first);
    while (peek() != '"') {
      int b = utf8[at];
      if (isPlain(utf8[at])) {
        at++;
        append((char) b);
      } else if (b == '\\') {
        at++;
        append(escape());
      } else if (b < 0) {
        append(character());
      } else {
        throw notValid("a control character in a string");
      }
    }
  }

  private void inflate(int first) {
    if (length > chars.length) {
      chars = new char[2 * length];
    }
    for (int i = 0; i < length; i++) {
      chars[i] = (char) utf8[first + i];
    }
  }

  private void append(char c) {
    if (length == chars.length) {
      chars = Arrays.copyOf(chars, 2 * length);
    }
    chars[length++] = c;
  }

  private void append(int codePoint) {
    if (Character.isBmpCodePoint(codePoint)) {
      append((char) codePoint);
    } else {
      append(Character.highSurrogate(codePoint));
      append(Character.lowSurrogate(codePoint));
    }
  }

  private char escape() {
    byte b = peek();
    at++;
    return switch (b) {
      case '"', '\\', '/' -> (char) b;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          int digit = Character.digit(peek(), 16);
          if (digit < 0) {
            throw notValid("expected four hexadecimal digits behind \\u");
          }
          code = code << 4 | digit;
          at++;
        }
        yield (char) code;
      }
      default -> throw notValid("an unknown escape");
    };
  }

  /** A character of two to four bytes. */
  private int character() {
    int lead = utf8[at] & 0xff;
    int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    int code = lead & (0x3f >> more);
    if (lead < 0xc0 || lead > 0xf7 || at + more >= end) {
      throw notUtf8();
    }
    for (int i = 1; i <= more; i++) {
      if ((utf8[at + i] & 0xc0) != 0x80) {
        throw notUtf8();
      }
      code = code << 6 | utf8[at + i] & 0x3f;
    }
    int least = more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
    if (code < least || code > Character.MAX_CODE_POINT) {
      throw notUtf8();
    }
    at += more + 1;
    return code;
  }

  // ---- what stands here

  /** The kind that {@link #next} gave. */
  public Kind kind() {
    return kind;
  }

  /** The name, string, number or truth value here, as it reads. */
  public String text() {
    return switch (kind) {
      case NAME, TEXT -> plain ? ascii(from + 1, from + 1 + length) : new String(chars, 0, length);
      default -> ascii(from, at);
    };
  }

  /** The array that holds the name or string here, to be read at once and not changed. */
  public char[] chars() {
    if (plain) {
      inflate(from + 1);
      plain = false;
    }
    return chars;
  }

  /** How many chars the name or string has. */
  public int length() {
    return length;
  }

  /** The whole number here, or {@code otherwise} where there is none that fits a {@code long}. */
  public long whole(long otherwise) {
    return kind == Kind.WHOLE && fits ? whole : otherwise;
  }

  /** The number here. */
  public double decimal() {
    return switch (kind) {
      case WHOLE, DECIMAL -> Double.parseDouble(text());
      default -> throw error("expected a number, found " + kind);
    };
  }

  /** The number here in plain Java. */
  Number number() {
    return switch (kind) {
      case WHOLE -> fits ? (Number) whole : new BigInteger(text());
      default -> decimal();
    };
  }

  /** Where the token here begins, in bytes. */
  int from() {
    return from;
  }

  /** Where it ends. */
  int to() {
    return at;
  }

  /** An error at this value, for callers to throw. */
  public BadFileException error(String problem) {
    return new BadFileException(place + ": " + problem);
  }

  private BadFileException notUtf8() {
    return notValid("bytes that are no UTF-8");
  }

  private BadFileException notValid(String problem) {
    int stop = Math.min(at, utf8.length);
    int line = 1;
    int column = 1;
    for (int i = 0; i < stop; i++) {
      line += utf8[i] == '\n' ? 1 : 0;
      column = utf8[i] == '\n' ? 1 : column + 1;
    }
    return new BadFileException(
        source + ", line " + line + ", byte " + column + ": is not valid JSON: " + problem);
  }
}
