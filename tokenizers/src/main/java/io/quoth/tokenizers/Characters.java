package io.quoth.tokenizers;

import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/** Changes that go character by character, and leave a text alone that they do not concern. */
final class Characters {
  private Characters() {}

  static boolean any(Text text, IntPredicate set) {
    for (int i = text.from; i < text.to; ) {
      int c = text.codePoint(i);
      if (set.test(c)) {
        return true;
      }
      i += Character.charCount(c);
    }
    return false;
  }

  /** Drops the characters that are not to be kept. */
  static Text filter(Text text, IntPredicate keep) {
    if (!any(text, keep.negate())) {
      return text;
    }
    var out = new Rewriter(text);
    int kept = text.from;
    for (int i = text.from; i < text.to; ) {
      int c = text.codePoint(i);
      int end = i + Character.charCount(c);
      if (!keep.test(c)) {
        out.drop(kept);
        out.keep(i);
        kept = end;
      }
      i = end;
    }
    out.drop(kept);
    out.keep(text.to);
    return out.result();
  }

  /** Replaces, in place, characters of the basic plane by others of it. */
  static Text map(Text text, IntUnaryOperator map) {
    char[] chars = text.chars;
    for (int i = text.from; i < text.to; i++) {
      chars[i] = (char) map.applyAsInt(chars[i]);
    }
    return text;
  }

  /** Replaces, in place, one char by another. */
  static Text replace(Text text, char old, char now) {
    char[] chars = text.chars;
    for (int i = text.from; i < text.to; i++) {
      chars[i] = chars[i] == old ? now : chars[i];
    }
    return text;
  }

  /** Lower case, character by character: no final sigma, two characters for the dotted I. */
  static Text lowercase(Text text) {
    char[] chars = text.chars;
    for (int i = text.from; i < text.to; i++) {
      char c = chars[i];
      if (c >= 0x80) {
        return lowercaseAny(text);
      }
      if (c >= 'A' && c <= 'Z') {
        chars[i] = (char) (c + 32);
      }
    }
    return text;
  }

  private static Text lowercaseAny(Text text) {
    boolean sameLength = true;
    boolean same = true;
    for (int i = text.from; i < text.to; ) {
      int c = text.codePoint(i);
      int lower = Unicode.lowercase(c);
      same &= lower == c;
      sameLength &= c != 0x130 && Character.charCount(lower) == Character.charCount(c);
      i += Character.charCount(c);
    }
    if (same && sameLength) {
      return text;
    }
    if (sameLength) {
      for (int i = text.from; i < text.to; ) {
        int c = text.codePoint(i);
        i += Character.toChars(Unicode.lowercase(c), text.chars, i);
      }
      return text;
    }
    var out = new Rewriter(text);
    for (int i = text.from; i < text.to; ) {
      int c = text.codePoint(i);
      if (c == 0x130) {
        out.put('i', 0);
        out.put(0x307, 1);
      } else {
        out.put(Unicode.lowercase(c), 0);
      }
      i += Character.charCount(c);
    }
    return out.result();
  }
}
