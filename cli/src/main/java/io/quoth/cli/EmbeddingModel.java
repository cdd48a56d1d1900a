package io.quoth.cli;

import io.quoth.LoadOptions;
import io.quoth.base.Json;
import io.quoth.embeddings.Embeddings;
import io.quoth.embeddings.SentenceTransformer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What the commands of embeddings share. */
final class EmbeddingModel {
  /** The embedded model for commands of embeddings. */
  static final String NAME = "all-MiniLM-L6-v2";

  private EmbeddingModel() {}

  static SentenceTransformer load(Console console, Arguments arguments) {
    return SentenceTransformer.load(
        ModelOption.folder(console, arguments, NAME),
        LoadOptions.DEFAULT::newOps,
        new ProgressLine(console));
  }

  /** Parameters as texts; a single {@code -} stands for the lines of standard input. */
  static List<String> texts(Console console, List<String> parameters) {
    if (!parameters.equals(List.of("-"))) {
      return parameters;
    }
    var texts = new ArrayList<String>();
    Input.lines(
        console, (line, _) -> texts.add(new String(line, StandardCharsets.UTF_8).stripTrailing()));
    return texts;
  }

  /** Says whether texts were cut off. */
  static void tellTruncated(Console console, SentenceTransformer model, Embeddings embeddings) {
    long cut = embeddings.texts().stream().filter(Embeddings.TextInfo::truncated).count();
    tellTruncated(console, model, cut);
  }

  /** Says that so many texts were cut off, if there were any. */
  static void tellTruncated(Console console, SentenceTransformer model, long cut) {
    if (cut > 0) {
      console
          .err()
          .println(
              cut
                  + (cut == 1 ? " text was" : " texts were")
                  + " cut off at "
                  + model.maxSeqLength().orElse(0)
                  + " tokens; split long texts first.");
    }
  }

  /** A text on one line of at most so many characters. */
  static String shortened(String text, int most) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.length() <= most ? line : line.substring(0, most - 1).stripTrailing() + "…";
  }

  /** One line of JSON. */
  static void json(Console console, Object tree) {
    console.out().println(Json.write(tree));
  }
}
