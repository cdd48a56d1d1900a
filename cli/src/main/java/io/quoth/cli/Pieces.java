package io.quoth.cli;

import io.quoth.tokenizers.Encoding;
import io.quoth.tokenizers.Span;
import io.quoth.tokenizers.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A text in its pieces, for people: in colours side by side, and one a line. */
final class Pieces {
  private final Tokenizer tokenizer;
  private final Style style;

  Pieces(Tokenizer tokenizer, Style style) {
    this.tokenizer = tokenizer;
    this.style = style;
  }

  /**
   * The text with each piece in a colour of its own, or with bars between where there are no
   * colours. A character that several tokens make together has the colour of the first.
   */
  String sideBySide(String text, Encoding encoding) {
    var line = new StringBuilder();
    String between = "";
    int done = 0;
    for (int i = 0; i < encoding.length(); i++) {
      Span span = encoding.charOffset(i);
      String piece;
      if (encoding.specialTokensMask()[i] != 0) {
        piece = style.dim(encoding.token(i));
      } else if (span.end() > done) {
        int start = Math.max(span.start(), done);
        line.append(text, done, start);
        piece = coloured(i, text.substring(start, span.end()));
        done = span.end();
      } else {
        continue;
      }
      line.append(between).append(piece);
      between = style.colours() ? "" : "|";
    }
    return line.append(text, done, text.length()).toString();
  }

  /** Colours end before a line does, else they would fill it. */
  private String coloured(int index, String piece) {
    if (!style.colours()) {
      return piece;
    }
    var lines = piece.split("\n", -1);
    var coloured = new StringBuilder();
    for (int i = 0; i < lines.length; i++) {
      boolean last = i == lines.length - 1;
      coloured.append(style.piece(index, last ? lines[i] : lines[i] + "↵"));
      coloured.append(last ? "" : "\n");
    }
    return coloured.toString();
  }

  /** A table with a line for each token. */
  String table(String text, Encoding encoding) {
    var grid = new Grid(">", "", "", "");
    grid.head(style, "id", "characters", "piece", "in the vocabulary");
    for (int i = 0; i < encoding.length(); i++) {
      boolean special = encoding.specialTokensMask()[i] != 0;
      Span points = encoding.offset(i);
      Span chars = encoding.charOffset(i);
      String token = encoding.token(i);
      String piece = special ? "" : visible(text.substring(chars.start(), chars.end()));
      if (!special && isPartOfCharacter(encoding, i)) {
        piece += " (" + hex(tokenizer.bytes(encoding.ids()[i])) + ")";
      }
      grid.row(
          String.valueOf(encoding.ids()[i]),
          special ? "added" : points.start() + ".." + points.end(),
          special ? "" : style.piece(i, piece),
          special ? style.dim(token) : token);
    }
    return grid.toString();
  }

  /** Whether the range is shared with a neighbour: several tokens make one character. */
  private static boolean isPartOfCharacter(Encoding encoding, int i) {
    Span span = encoding.charOffset(i);
    return span.end() > span.start()
        && (i > 0 && span.equals(encoding.charOffset(i - 1))
            || i + 1 < encoding.length() && span.equals(encoding.charOffset(i + 1)));
  }

  /** What a token adds to a text, as a person can read it: bytes where it is no whole character. */
  static String readable(Tokenizer tokenizer, int id) {
    byte[] bytes = tokenizer.bytes(id);
    try {
      return visible(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException _) {
      return "<" + hex(bytes) + ">";
    }
  }

  /** Whether a token adds whole characters to a text. */
  static boolean isText(Tokenizer tokenizer, int id) {
    return !new String(tokenizer.bytes(id), StandardCharsets.UTF_8).contains("\uFFFD");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.ofDelimiter(" ").formatHex(bytes);
  }

  /** Blanks at the borders and control characters as signs. */
  static String visible(String text) {
    var visible = new StringBuilder();
    int first = 0;
    int last = text.length();
    while (first < last && text.charAt(first) == ' ') {
      first++;
    }
    while (last > first && text.charAt(last - 1) == ' ') {
      last--;
    }
    visible.append("·".repeat(first));
    text.substring(first, last).chars().forEach(c -> visible.append(sign((char) c)));
    return visible.append("·".repeat(text.length() - last)).toString();
  }

  private static String sign(char c) {
    return switch (c) {
      case '\n' -> "↵";
      case '\r' -> "␍";
      case '\t' -> "⇥";
      default -> Character.isISOControl(c) ? "\\u%04x".formatted((int) c) : String.valueOf(c);
    };
  }
}
