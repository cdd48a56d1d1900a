package io.quoth.tokenizers;

import java.text.Normalizer.Form;
import java.util.Arrays;

/**
 * The normal forms of Unicode, with the place of each character. Java's normalizer says what the
 * result is; which of its characters came from which is worked out here, in stretches that do not
 * touch each other.
 */
enum UnicodeForm {
  NFC(Form.NFC, false, true),
  NFD(Form.NFD, false, false),
  NFKC(Form.NFKC, true, true),
  NFKD(Form.NFKD, true, false);

  private final Form form;
  private final boolean compatible;
  private final boolean composed;

  UnicodeForm(Form form, boolean compatible, boolean composed) {
    this.form = form;
    this.compatible = compatible;
    this.composed = composed;
  }

  /** The text in this form. */
  Text apply(Text text) {
    int limit = composed && !compatible ? 0x300 : compatible ? 0xA0 : 0xC0;
    int first = text.from;
    while (first < text.to && text.chars[first] < limit) {
      first++;
    }
    if (first == text.to) {
      return text;
    }
    var whole = java.nio.CharBuffer.wrap(text.chars, text.from, text.to - text.from);
    if (java.text.Normalizer.isNormalized(whole, form)) {
      return text;
    }
    var out = new Rewriter(text);
    for (int i = text.from; i < text.to; ) {
      int c = text.codePoint(i);
      if (UnicodeHistory.UNSORTED.contains(c)
          || !composed && Unicode.isUndecomposed(c, compatible)) {
        out.put(c, 0);
        i += Character.charCount(c);
        continue;
      }
      int end = stretch(text, i);
      rewrite(text, i, end, out);
      i = end;
    }
    return out.result();
  }

  /** Where the next character stands that never joins the one before it. */
  private int stretch(Text text, int start) {
    int i = start + Character.charCount(text.codePoint(start));
    while (i < text.to) {
      int c = text.codePoint(i);
      if (begins(c)) {
        break;
      }
      i += Character.charCount(c);
    }
    return i;
  }

  private boolean begins(int c) {
    if (c < 0x300
        || UnicodeHistory.UNSORTED.contains(c)
        || !composed && Unicode.isUndecomposed(c, compatible)) {
      return true;
    }
    int first = decompose(c).codePointAt(0);
    boolean joins =
        Unicode.isMark(first)
            || first >= 0x1161 && first <= 0x1175 // jamo behind another
            || first >= 0x11A8 && first <= 0x11C2
            || first >= 0x16D63 && first <= 0x16D6A; // Kirat Rai vowels
    return !joins;
  }

  private String decompose(int c) {
    if (Unicode.isUndecomposed(c, compatible)) {
      return Character.toString(c);
    }
    return java.text.Normalizer.normalize(Character.toString(c), compatible ? Form.NFKD : Form.NFD);
  }

  /** One stretch. Its decomposition is known with a change for each character; then matched. */
  private void rewrite(Text text, int start, int end, Rewriter out) {
    if (end - start == 1 && text.chars[start] < 0xA0) {
      out.put(text.chars[start], 0);
      return;
    }
    var parts = new int[16];
    var changes = new int[16];
    int n = 0;
    for (int i = start; i < end; ) {
      int c = text.codePoint(i);
      int change = 0;
      String decomposed = decompose(c);
      for (int k = 0; k < decomposed.length(); ) {
        int part = decomposed.codePointAt(k);
        if (n == parts.length) {
          parts = Arrays.copyOf(parts, n * 2);
          changes = Arrays.copyOf(changes, n * 2);
        }
        parts[n] = part;
        changes[n++] = change;
        change = 1;
        k += Character.charCount(part);
      }
      i += Character.charCount(c);
    }
    emit(parts, changes, n, out);
  }

  /**
   * The canonical order and composition of the parts is Java's; each character of it takes the
   * first parts, not yet taken, that it is made of.
   */
  private void emit(int[] parts, int[] changes, int n, Rewriter out) {
    String sorted = java.text.Normalizer.normalize(new String(parts, 0, n), Form.NFD);
    int[] order = sorted.codePoints().toArray();
    int[] orderedChanges = new int[order.length];
    match(parts, changes, n, order, orderedChanges);
    if (!composed) {
      for (int i = 0; i < order.length; i++) {
        out.put(order[i], orderedChanges[i]);
      }
      return;
    }
    String result = java.text.Normalizer.normalize(sorted, Form.NFC);
    var taken = new boolean[order.length];
    int low = 0;
    for (int i = 0; i < result.length(); ) {
      int c = result.codePointAt(i);
      int change = 0;
      int pieces = 0;
      int from = low;
      String made = java.text.Normalizer.normalize(Character.toString(c), Form.NFD);
      for (int k = 0; k < made.length(); ) {
        int part = made.codePointAt(k);
        int at = from;
        while (at < order.length && (taken[at] || order[at] != part)) {
          at++;
        }
        if (at < order.length) {
          taken[at] = true;
          change += orderedChanges[at];
          from = at + 1;
        }
        pieces++;
        k += Character.charCount(part);
      }
      while (low < order.length && taken[low]) {
        low++;
      }
      out.put(c, change - (pieces - 1));
      i += Character.charCount(c);
    }
  }

  private static void match(int[] parts, int[] changes, int n, int[] order, int[] orderedChanges) {
    var taken = new boolean[n];
    int low = 0;
    for (int i = 0; i < order.length; i++) {
      int at = low;
      while (at < n && (taken[at] || parts[at] != order[i])) {
        at++;
      }
      if (at < n) {
        taken[at] = true;
        orderedChanges[i] = changes[at];
      }
      while (low < n && taken[low]) {
        low++;
      }
    }
  }
}
