package io.quoth.cli;

import io.quoth.base.Json;
import io.quoth.tokenizers.EncodeOptions;
import io.quoth.tokenizers.Encoding;
import io.quoth.tokenizers.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code quoth tokenize --compare}: one text under several tokenizers, side by side. */
final class Compare {
  private final Console console;
  private final List<String> names;
  private final List<Tokenizer> tokenizers = new ArrayList<>();
  private final List<Double> prices;

  /**
   * A comparison.
   *
   * @param prices of a million tokens: none, one for all, or one for each
   */
  Compare(Console console, List<String> names, List<Double> prices, TokenizerLoader loader) {
    this.console = console;
    this.names = names;
    this.prices = prices;
    names.forEach(name -> tokenizers.add(loader.load(name)));
  }

  /** Loads the tokenizer of a model. */
  interface TokenizerLoader {
    Tokenizer load(String model);
  }

  /** What {@code --compare} and {@code --price} say. */
  static Compare of(Console console, Arguments arguments, TokenizerLoader loader) {
    List<String> names = list(arguments, "--compare");
    var prices = new ArrayList<Double>();
    if (arguments.has("--price")) {
      for (String price : list(arguments, "--price")) {
        prices.add(price(price));
      }
      if (prices.size() > 1 && prices.size() != names.size()) {
        throw new UsageException(
            "--price: expected one price, or one for each of the "
                + names.size()
                + " models; found "
                + prices.size());
      }
    }
    return new Compare(console, names, prices, loader);
  }

  private static List<String> list(Arguments arguments, String option) {
    var items = new ArrayList<String>();
    for (String item : arguments.text(option).orElse("").split(",", -1)) {
      if (item.isBlank()) {
        throw new UsageException(option + ": an item of the list is empty");
      }
      items.add(item.strip());
    }
    return items;
  }

  private static double price(String text) {
    try {
      double price = Double.parseDouble(text);
      if (price >= 0 && Double.isFinite(price)) {
        return price;
      }
    } catch (NumberFormatException _) {
      // told below, with what is negative
    }
    throw new UsageException("--price: expected a price >= 0, found \"" + text + '"');
  }

  private Optional<Double> price(int model) {
    return prices.isEmpty()
        ? Optional.empty()
        : Optional.of(prices.get(prices.size() == 1 ? 0 : model));
  }

  void show(String text, EncodeOptions options) {
    Style style = console.style();
    int characters = text.codePointCount(0, text.length());
    var grid = new Grid("", "", ">", ">", ">", ">");
    List<String> heads =
        new ArrayList<>(List.of("model", "kind", "vocabulary", "tokens", "characters a token"));
    if (!prices.isEmpty()) {
      heads.add("cost");
    }
    grid.head(style, heads.toArray(String[]::new));
    var encodings = new ArrayList<Encoding>();
    for (int i = 0; i < names.size(); i++) {
      Tokenizer tokenizer = tokenizers.get(i);
      Encoding encoding = tokenizer.encode(text, options);
      encodings.add(encoding);
      var cells = new ArrayList<String>();
      cells.add(names.get(i));
      cells.add(tokenizer.model());
      cells.add(String.format(Locale.ROOT, "%,d", tokenizer.vocabSize()));
      cells.add(String.format(Locale.ROOT, "%,d", encoding.length()));
      cells.add(ratio(characters, encoding.length()));
      price(i).ifPresent(price -> cells.add(money(cost(price, encoding.length()))));
      grid.row(cells.toArray(String[]::new));
    }
    console.out().print(grid);
    for (int i = 0; i < names.size(); i++) {
      console.out().println();
      console.out().println(style.bold(names.get(i)));
      var pieces = new Pieces(tokenizers.get(i), style);
      console.out().println(pieces.sideBySide(text, encodings.get(i)));
    }
  }

  private static double cost(double price, int tokens) {
    return price * tokens / 1e6;
  }

  /** With as many places as a small sum needs. */
  private static String money(double cost) {
    return String.format(Locale.ROOT, cost == 0 || cost >= 0.01 ? "%.2f" : "%.8f", cost);
  }

  static String ratio(long a, long b) {
    return b == 0 ? "-" : String.format(Locale.ROOT, "%.2f", (double) a / b);
  }

  void writeJson(String text, EncodeOptions options) {
    for (int i = 0; i < names.size(); i++) {
      Encoding encoding = tokenizers.get(i).encode(text, options);
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("model", names.get(i));
      line.put("vocabulary", tokenizers.get(i).vocabSize());
      line.put("count", encoding.length());
      line.put("characters", text.codePointCount(0, text.length()));
      price(i).ifPresent(price -> line.put("cost", cost(price, encoding.length())));
      line.put("ids", encoding.ids());
      line.put("tokens", encoding.tokens());
      console.out().println(Json.write(line));
    }
  }
}
