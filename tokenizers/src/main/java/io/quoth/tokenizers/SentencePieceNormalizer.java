package io.quoth.tokenizers;

import java.util.Arrays;

/**
 * Normalizes as SentencePiece does ({@code normalizer.cc}): the longest string of the map at each
 * place is replaced, user-defined pieces are left alone, blanks are thinned and become marks, and a
 * mark begins (or ends) the text. The range of a character ends where that of the next one begins.
 */
final class SentencePieceNormalizer {
  private final Normalizer.SentencePiece rules;
  private final Text text;
  private final byte[] utf8;
  private final int[] places;
  private char[] chars;
  private int[] starts;
  private int length;

  /** What stands at a place: its replacement, and how many bytes it has. */
  private String replacement = "";

  private int consumed;

  private SentencePieceNormalizer(Normalizer.SentencePiece rules, Text text) {
    this.rules = rules;
    this.text = text;
    int n = text.to - text.from;
    var bytes = new byte[3 * n];
    places = new int[3 * n + 1];
    int at = 0;
    for (int i = text.from; i < text.to; ) {
      int c = text.codePoint(i);
      int end = Utf8.write(c, bytes, at);
      Arrays.fill(places, at, end, i);
      at = end;
      i += Character.charCount(c);
    }
    places[at] = text.to;
    utf8 = Arrays.copyOf(bytes, at);
    chars = new char[n + 16];
    starts = new int[n + 16];
  }

  static Text apply(Normalizer.SentencePiece rules, Text text) {
    return text.isEmpty() ? text : new SentencePieceNormalizer(rules, text).run();
  }

  private Text run() {
    int at = 0;
    if (rules.removeExtraWhitespaces()) {
      while (at < utf8.length) {
        prefix(at);
        if (!replacement.equals(" ")) {
          break;
        }
        at += consumed;
      }
      if (at == utf8.length) {
        return text.slice(text.to, text.to);
      }
    }
    if (rules.addDummyPrefix() && !rules.whitespaceAsSuffix()) {
      append(mark(), at);
    }
    boolean afterBlank = rules.removeExtraWhitespaces();
    while (at < utf8.length) {
      prefix(at);
      int from = 0;
      while (afterBlank && from < replacement.length() && replacement.charAt(from) == ' ') {
        from++;
      }
      for (int i = from; i < replacement.length(); i++) {
        char c = replacement.charAt(i);
        append(c == ' ' ? mark() : c, at);
      }
      if (from < replacement.length()) {
        afterBlank = replacement.endsWith(" ");
      }
      at += consumed;
      if (!rules.removeExtraWhitespaces()) {
        afterBlank = false;
      }
    }
    int end = at;
    if (rules.removeExtraWhitespaces()) {
      while (length > 0 && chars[length - 1] == mark()) {
        end = starts[--length];
      }
    }
    if (rules.addDummyPrefix() && rules.whitespaceAsSuffix()) {
      append(mark(), end);
    }
    return result(end);
  }

  private char mark() {
    return rules.escapeWhitespaces() ? SentencePiece.MARK : ' ';
  }

  private void append(char c, int at) {
    if (length == chars.length) {
      chars = Arrays.copyOf(chars, length * 2);
      starts = Arrays.copyOf(starts, length * 2);
    }
    chars[length] = c;
    starts[length++] = at;
  }

  /** From places in bytes to places in the original. */
  private Text result(int end) {
    var from = new int[length];
    var to = new int[length];
    for (int i = 0; i < length; i++) {
      int next = i + 1;
      while (next < length && Character.isLowSurrogate(chars[next])) {
        next++;
      }
      from[i] = original(starts[i]);
      to[i] = original(next < length ? starts[next] : end);
    }
    return Text.changed(chars, length, from, to);
  }

  private int original(int at) {
    int place = places[at];
    return place < text.to ? text.start(place) : text.end(text.to - 1);
  }

  /** Finds what the characters at a place become. */
  private void prefix(int at) {
    int user = userDefined(places[at]);
    if (user > 0) {
      int end = places[at] + user;
      replacement = new String(text.chars, places[at], user);
      consumed = 0;
      while (at + consumed < utf8.length && places[at + consumed] < end) {
        consumed++;
      }
      return;
    }
    CharsMap.Longest found = rules.map().longest(utf8, at);
    if (found != null) {
      replacement = found.replacement();
      consumed = found.length();
      return;
    }
    int c = text.codePoint(places[at]);
    replacement = c == ' ' ? " " : Character.toString(c);
    consumed = Utf8.length(c);
  }

  private int userDefined(int place) {
    int node = Trie.ROOT;
    int best = 0;
    for (int i = place; i < text.to; i++) {
      node = rules.userDefined().next(node, text.chars[i]);
      if (node < 0) {
        break;
      }
      if (rules.userDefined().value(node) >= 0) {
        best = i + 1 - place;
      }
    }
    return best;
  }
}
