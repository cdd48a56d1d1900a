package io.quoth.tokenizers;

import io.quoth.base.BadFileException;
import io.quoth.base.JsonPull;
import java.util.Arrays;

/** Takes the merges of a file in their order and looks their tokens up, without keeping them. */
final class MergeReader {
  private final Vocabulary vocabulary;
  private final int skip;
  private final String place;
  private final MergeTable merges;
  private char[] pair = new char[256];
  private int rank;

  /**
   * A reader.
   *
   * @param prefix what the right one of two tokens begins with, and their merge lacks
   */
  MergeReader(Vocabulary vocabulary, String prefix, String place) {
    this.vocabulary = vocabulary;
    this.place = place;
    skip = prefix.length();
    merges = new MergeTable(vocabulary.size());
  }

  MergeTable table() {
    return merges;
  }

  /** A merge as two tokens and a blank between; a line with the version of the format is none. */
  void line(char[] chars, int length) {
    if (length >= 8 && new String(chars, 0, 8).equals("#version")) {
      return;
    }
    int blank = -1;
    int blanks = 0;
    for (int i = 0; i < length; i++) {
      if (chars[i] == ' ') {
        blank = i;
        blanks++;
      }
    }
    if (blanks != 1) {
      throw new BadFileException(
          place
              + ": merge "
              + rank
              + " is \""
              + new String(chars, 0, length)
              + "\"; expected two tokens and one blank");
    }
    reserve(length);
    System.arraycopy(chars, 0, pair, 0, blank);
    System.arraycopy(chars, blank + 1, pair, blank, length - blank - 1);
    add(blank, length - 1);
  }

  /**
   * A merge as an array of two strings, whose beginning the reader stands at; false when it is not.
   */
  boolean pair(JsonPull pull) {
    if (pull.next() != JsonPull.Kind.TEXT) {
      return false;
    }
    int left = append(pull, 0);
    if (pull.next() != JsonPull.Kind.TEXT) {
      return false;
    }
    add(left, append(pull, left));
    return pull.next() == JsonPull.Kind.END;
  }

  private int append(JsonPull pull, int at) {
    char[] chars = pull.chars();
    int length = pull.length();
    reserve(at + length);
    System.arraycopy(chars, 0, pair, at, length);
    return at + length;
  }

  /** A merge of two tokens. */
  void pair(String left, String right) {
    int length = left.length() + right.length();
    reserve(length);
    left.getChars(0, left.length(), pair, 0);
    right.getChars(0, right.length(), pair, left.length());
    add(left.length(), length);
  }

  private void reserve(int length) {
    if (length > pair.length) {
      pair = Arrays.copyOf(pair, Math.max(length, 2 * pair.length));
    }
  }

  /** The tokens stand one behind the other, the second from {@code middle} on. */
  private void add(int middle, int end) {
    int a = vocabulary.find(pair, 0, middle);
    int b = vocabulary.find(pair, middle, end);
    int cut = Math.min(skip, end - middle);
    int ab =
        cut > 0
            ? vocabulary.find(
                new String(pair, 0, middle) + new String(pair, middle + cut, end - middle - cut))
            : vocabulary.find(pair, 0, end);
    if (a < 0 || b < 0 || ab < 0) {
      String left = new String(pair, 0, middle);
      String right = new String(pair, middle, end - middle);
      throw new BadFileException(
          place
              + ": merge "
              + rank
              + " of \""
              + left
              + "\" and \""
              + right
              + "\" needs \""
              + (a < 0 ? left : b < 0 ? right : left + right.substring(cut))
              + "\", which is not in the vocabulary");
    }
    merges.put(a, b, rank++, ab);
  }
}
