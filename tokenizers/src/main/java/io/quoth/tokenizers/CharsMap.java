package io.quoth.tokenizers;

import io.quoth.base.BadFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * SentencePiece's {@code precompiled_charsmap}: strings of UTF-8 to their replacements.
 *
 * <p>Layout: u32 n (little endian, as all of it), the size in bytes of a trie; n / 4 units of 32
 * bits, a Darts double array; then the replacements, UTF-8, each ended by a NUL. A walk begins at
 * node 0 and goes on with {@code node ^= offset(unit)}, {@code node ^= byte}; a unit fits when its
 * low byte is that byte and bit 31 is clear; bit 8 says that a value hangs below: the place of a
 * replacement.
 */
final class CharsMap {
  private static final Pattern CLUSTER = Pattern.compile("\\X");

  private final byte[] blob;
  private final int[] units;
  private final byte[] replacements;
  private final boolean[] asciiKept = new boolean[128];

  /** What {@link #one} has found; threads may find the same. */
  private final char[] ones;

  private static final char NOT_ONE = 0xFFFF;

  private CharsMap(byte[] blob, int[] units, byte[] replacements) {
    this.blob = blob;
    this.units = units;
    this.replacements = replacements;
    ones = new char[units.length == 0 ? 0 : 0x10000];
    for (int c = 0; c < 128; c++) {
      asciiKept[c] = find(new byte[] {(byte) c}, 0, 1, false) < 0;
    }
  }

  /** Reads the map; an empty one maps nothing. */
  static CharsMap of(byte[] blob, String source) {
    if (blob.length == 0) {
      return new CharsMap(blob, new int[0], new byte[0]);
    }
    var buffer = ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN);
    long size = blob.length < 4 ? Long.MAX_VALUE : buffer.getInt() & 0xFFFFFFFFL;
    if (size > blob.length - 4L || size % 4 != 0) {
      throw new BadFileException(
          source
              + ": the precompiled charsmap of "
              + blob.length
              + " bytes says that its trie has "
              + size
              + " bytes");
    }
    var units = new int[(int) size / 4];
    buffer.asIntBuffer().get(units);
    return new CharsMap(blob, units, Arrays.copyOfRange(blob, 4 + (int) size, blob.length));
  }

  /** Reads the map from base64. */
  static CharsMap ofBase64(String base64, String source) {
    try {
      return of(Base64.getDecoder().decode(base64), source);
    } catch (IllegalArgumentException e) {
      throw new BadFileException(source + ": the precompiled charsmap is not base64", e);
    }
  }

  byte[] blob() {
    return blob.clone();
  }

  /**
   * The place of the replacement of the shortest, or longest, string of the map that {@code utf8}
   * begins with: {@code place << 32 | length}; or -1.
   */
  private long find(byte[] utf8, int from, int to, boolean longest) {
    if (units.length == 0) {
      return -1;
    }
    long found = -1;
    int node = offset(units[0]);
    for (int i = from; i < to; i++) {
      int c = utf8[i] & 0xFF;
      node ^= c;
      if (node < 0 || node >= units.length) {
        break;
      }
      int unit = units[node];
      if ((unit & 0x800000FF) != c) {
        break;
      }
      node ^= offset(unit);
      if ((unit & 0x100) != 0 && node >= 0 && node < units.length) {
        found = (long) (units[node] & 0x7FFFFFFF) << 32 | (i + 1 - from);
        if (!longest) {
          break;
        }
      }
    }
    return found;
  }

  private static int offset(int unit) {
    return unit >>> 10 << ((unit & 0x200) >>> 6);
  }

  private String replacement(long found) {
    int start = (int) (found >>> 32);
    int end = start;
    while (end < replacements.length && replacements[end] != 0) {
      end++;
    }
    return start > replacements.length
        ? ""
        : new String(replacements, start, end - start, StandardCharsets.UTF_8);
  }

  /** The replacement of the longest string of the map that stands at {@code from}, or null. */
  @Nullable Longest longest(byte[] utf8, int from) {
    long found = find(utf8, from, utf8.length, true);
    return found < 0 ? null : new Longest(replacement(found), (int) found);
  }

  /** A replacement, and how many bytes it replaces. */
  record Longest(String replacement, int length) {}

  /**
   * The reference's way: a grapheme cluster of fewer than six bytes is looked up whole, and the
   * shortest string that it begins with replaces all of it; else character by character.
   */
  Text applyByCluster(Text text) {
    if (units.length == 0) {
      return text;
    }
    int first = text.from;
    while (first < text.to && keeps(text, first)) {
      first++;
    }
    if (first == text.to || oneByOne(text)) {
      return text;
    }
    return rewritten(text);
  }

  private Text rewritten(Text text) {
    var changes = new Changes();
    Matcher matcher = null;
    boolean modified = false;
    for (int i = text.from; i < text.to; ) {
      if (keeps(text, i)) {
        changes.add(text.chars[i], 0);
        i++;
        continue;
      }
      int end = i + Character.charCount(text.codePoint(i));
      if (!Clusters.endsAt(text, i, end)) {
        matcher = matcher == null ? CLUSTER.matcher(Clusters.forJava(text)) : matcher;
        end = clusterEnd(text, i, end, matcher);
      }
      modified |= cluster(text, i, end, changes);
      i = end;
    }
    return modified ? changes.applyTo(text) : text;
  }

  private static int clusterEnd(Text text, int start, int end, Matcher matcher) {
    matcher.region(start - text.from, text.to - text.from);
    return matcher.lookingAt() ? Math.max(end, text.from + matcher.end()) : end;
  }

  /**
   * Writes the replacements in place where each is one char for one char, as they mostly are;
   * changes nothing and says false otherwise.
   */
  private boolean oneByOne(Text text) {
    char[] chars = text.chars;
    Matcher matcher = null;
    for (int i = text.from; i < text.to; ) {
      if (keeps(text, i)) {
        i++;
        continue;
      }
      int end = i + Character.charCount(text.codePoint(i));
      boolean alone = chars[i] == '\n' && (i == text.from || chars[i - 1] != '\r');
      if (!alone && !Clusters.endsAt(text, i, end)) {
        matcher = matcher == null ? CLUSTER.matcher(Clusters.forJava(text)) : matcher;
        end = clusterEnd(text, i, end, matcher);
        if (end - i > 1 && replacesWhole(text, i, end)) {
          return false;
        }
      }
      for (; i < end; i++) {
        boolean known =
            Character.isSurrogate(chars[i]) ? keepsPair(text, i++) : one(chars[i]) != NOT_ONE;
        if (!known) {
          return false;
        }
      }
    }
    for (int i = text.from; i < text.to; i++) {
      if (!Character.isSurrogate(chars[i])) {
        chars[i] = one(chars[i]);
      }
    }
    return true;
  }

  /** Whether a cluster is short enough to be looked up whole, and found. */
  private boolean replacesWhole(Text text, int start, int end) {
    if (end - start > 5) {
      return false;
    }
    var utf8 = new byte[4 * (end - start)];
    int length = 0;
    for (int i = start; i < end; ) {
      int c = text.codePoint(i);
      length = Utf8.write(c, utf8, length);
      i += Character.charCount(c);
    }
    return length < 6 && find(utf8, 0, length, false) >= 0;
  }

  private boolean keepsPair(Text text, int i) {
    var utf8 = new byte[4];
    return find(utf8, 0, Utf8.write(text.codePoint(i), utf8, 0), false) < 0;
  }

  /** The char that a char of the basic plane becomes, itself perhaps, or {@link #NOT_ONE}. */
  private char one(char c) {
    char known = ones[c];
    if (known == 0) {
      var utf8 = new byte[3];
      long found = find(utf8, 0, Utf8.write(c, utf8, 0), false);
      String by = found < 0 ? String.valueOf(c) : replacement(found);
      boolean isOne = by.length() == 1 && by.charAt(0) != 0 && !Character.isSurrogate(by.charAt(0));
      known = isOne ? by.charAt(0) : NOT_ONE;
      ones[c] = known;
    }
    return known;
  }

  private boolean keeps(Text text, int i) {
    char c = text.chars[i];
    return c < 0x80
        && asciiKept[c]
        && (i + 1 == text.to
            || text.chars[i + 1] < 0x300 && !(c == '\r' && text.chars[i + 1] == '\n'));
  }

  private boolean cluster(Text text, int start, int end, Changes changes) {
    var utf8 = new byte[4 * (end - start)];
    int length = 0;
    for (int i = start; i < end; ) {
      int c = text.codePoint(i);
      length = Utf8.write(c, utf8, length);
      i += Character.charCount(c);
    }
    if (length < 6) {
      long found = find(utf8, 0, length, false);
      if (found >= 0) {
        int count = Character.codePointCount(text.chars, start, end - start);
        changes.replace(count, replacement(found));
        return true;
      }
    }
    boolean modified = false;
    for (int i = start, at = 0; i < end; ) {
      int c = text.codePoint(i);
      int width = Utf8.length(c);
      long found = find(utf8, at, at + width, false);
      if (found >= 0) {
        changes.replace(1, replacement(found));
        modified = true;
      } else {
        changes.add(c, 0);
      }
      at += width;
      i += Character.charCount(c);
    }
    return modified;
  }

  /** Characters with their changes, as {@link Rewriter#put} wants them. */
  private static final class Changes {
    private int[] characters = new int[64];
    private int[] changes = new int[64];
    private int count;

    void add(int character, int change) {
      if (count == characters.length) {
        characters = Arrays.copyOf(characters, count * 2);
        changes = Arrays.copyOf(changes, count * 2);
      }
      characters[count] = character;
      changes[count++] = change;
    }

    /**
     * Replaces {@code old} characters. What is added counts as the last ones; what is removed goes
     * to the last character written so far, whichever that is, and is forgotten at the beginning:
     * the reference's way.
     */
    void replace(int old, String by) {
      int before = count;
      by.codePoints().forEach(c -> add(c, 0));
      int difference = count - before - old;
      for (int i = 0; i < difference; i++) {
        changes[count - 1 - i] = 1;
      }
      if (difference < 0 && count > 0) {
        changes[count - 1] += difference;
      }
    }

    Text applyTo(Text text) {
      var out = new Rewriter(text);
      for (int i = 0; i < count; i++) {
        out.put(characters[i], changes[i]);
      }
      return out.result();
    }
  }
}
