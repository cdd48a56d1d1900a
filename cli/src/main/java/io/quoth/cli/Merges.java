package io.quoth.cli;

import io.quoth.tokenizers.EncodeOptions;
import io.quoth.tokenizers.Explanation;
import io.quoth.tokenizers.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/** {@code quoth tokenize --merges}: how each piece of a text became tokens. */
final class Merges {
  private final Console console;
  private final Tokenizer tokenizer;
  private final Style style;

  Merges(Console console, Tokenizer tokenizer) {
    this.console = console;
    this.tokenizer = tokenizer;
    style = console.style();
  }

  void show(String text) {
    List<Explanation> pieces = tokenizer.explain(text);
    boolean first = true;
    for (Explanation piece : pieces) {
      if (!first) {
        console.out().println();
      }
      first = false;
      show(piece);
    }
    String word = text.strip();
    if (!word.isEmpty() && word.codePoints().noneMatch(Character::isWhitespace)) {
      console.out().println();
      variants(word);
    }
  }

  private void show(Explanation piece) {
    int tokens = piece.tokens().size();
    console
        .out()
        .println(
            style.bold(piece.piece())
                + "  "
                + (tokens == 1 ? "1 token" : tokens + " tokens")
                + ": "
                + joined(piece.tokens()));
    if (piece.merges().isEmpty()) {
      console.out().println("  " + style.dim(whyNoMerges(piece)));
      return;
    }
    var grid = new Grid(">", "", "");
    grid.row("", "", spaced(piece.start()));
    for (Explanation.Merge merge : piece.merges()) {
      grid.row(
          style.dim("merge " + String.format(Locale.ROOT, "%,d", merge.rank() + 1)),
          merge.left() + " + " + merge.right(),
          spaced(merge.symbols()));
    }
    grid.toString().lines().forEach(line -> console.out().println("  " + line));
    if (tokens > 1) {
      console.out().println("  " + style.dim("No merge is known for any two neighbours left."));
    }
  }

  private String whyNoMerges(Explanation piece) {
    if (!tokenizer.model().equals("BPE")) {
      return switch (tokenizer.model()) {
        case "WordPiece" -> "WordPiece: the longest piece that fits, then the longest that goes on";
        case "Unigram" -> "Unigram: the way of cutting whose pieces are likeliest together";
        case "WordLevel" -> "WordLevel: whole words only";
        default -> "SentencePiece: its model sees the whole text at once";
      };
    }
    if (piece.tokens().size() != 1) {
      return "no merge is known for any two neighbours";
    }
    return piece.start().isEmpty()
        ? "stands in the vocabulary as a whole"
        : "a single symbol: nothing to merge";
  }

  /** Why the same word is sometimes one token and sometimes two. */
  private void variants(String word) {
    var spellings = new LinkedHashSet<String>();
    for (String one : List.of(word, word.toLowerCase(Locale.ROOT), capital(word))) {
      spellings.add(one);
      spellings.add(" " + one);
    }
    spellings.add(word.toUpperCase(Locale.ROOT));
    var grid = new Grid("", ">", "");
    grid.head(style, "the same word", "tokens", "");
    for (String spelling : spellings) {
      var tokens = new ArrayList<String>();
      for (int id : tokenizer.encode(spelling, EncodeOptions.PLAIN).ids()) {
        tokens.add(tokenizer.token(id).orElse(""));
      }
      grid.row('"' + spelling + '"', String.valueOf(tokens.size()), joined(tokens));
    }
    console.out().print(grid);
    console
        .out()
        .println(
            style.dim(
                "To a tokenizer these are different strings: a blank before a word and capitals"
                    + " are part of it, and each has merges of its own."));
  }

  private static String capital(String word) {
    int first = word.offsetByCodePoints(0, 1);
    return word.substring(0, first).toUpperCase(Locale.ROOT)
        + word.substring(first).toLowerCase(Locale.ROOT);
  }

  private String joined(List<String> tokens) {
    var line = new StringBuilder();
    for (int i = 0; i < tokens.size(); i++) {
      line.append(i == 0 || style.colours() ? "" : "|").append(style.piece(i, tokens.get(i)));
    }
    return line.toString();
  }

  private static String spaced(List<String> symbols) {
    return String.join(" ", symbols);
  }
}
