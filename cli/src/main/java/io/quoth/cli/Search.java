package io.quoth.cli;

import io.quoth.base.BadArgumentException;
import io.quoth.embeddings.SentenceTransformer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/** {@code quoth search}. */
final class Search implements Command {
  private static final int TOP = 5;
  private static final int TOKENS = 96;
  private static final int OVERLAP = 24;

  @Override
  public Usage usage() {
    return new Usage(
        "search",
        List.of(
            "Find the passages of a file, or of a folder of text files, that mean what a query"
                + " means.",
            "The index is kept in .quoth beside them and renewed for changed files only."),
        List.of(
            ModelOption.OPTION,
            ModelOption.REFRESH,
            Usage.Opt.of("--top", "N", "Show so many passages; 5 without it."),
            Usage.Opt.of("--tokens", "N", "Tokens of a passage; 96 without it."),
            Usage.Opt.of("--overlap", "N", "Tokens that a passage shares with the one before; 24."),
            Usage.Opt.flag("--no-index", "Keep no index: embed everything again."),
            Usage.Opt.flag(
                "--json",
                "Write one JSON object a line: file, start, end (characters of the file), score,"
                    + " text.")),
        new Usage.Parameters("FILE|FOLDER QUERY", "Where to look, and for what.", 2, 2),
        List.of(
            "quoth search docs \"which kernels run on my processor\"",
            "quoth search --top 3 story.txt \"who helped the youngest son\""));
  }

  @Override
  public int run(Console console, Arguments arguments) {
    Path place = place(arguments.parameters().getFirst());
    String query = arguments.parameters().getLast();
    int top = arguments.integer("--top").orElse(TOP);
    if (top < 1 || query.isBlank()) {
      throw new UsageException(top < 1 ? "--top must be at least 1" : "the query is empty");
    }
    try (var model = EmbeddingModel.load(console, arguments);
        var index = index(place, model, arguments)) {
      index.refresh(ProgressLine.counting(console));
      if (index.passages() == 0) {
        throw new BadArgumentException(place + ": there is no text in it");
      }
      for (var found : index.search(query, top)) {
        String text = index.text(found.passage());
        if (arguments.has("--json")) {
          json(console, found.passage(), found.score(), text);
        } else {
          show(console, found.passage(), found.score(), text);
        }
      }
      if (!arguments.has("--json")) {
        console
            .out()
            .println(index.passages() + " passages looked at; " + index.embedded() + " were new");
      }
    }
    return Quoth.DONE;
  }

  /** Passages no longer than the model takes, special tokens included. */
  private static SearchIndex index(Path place, SentenceTransformer model, Arguments arguments) {
    int most = Math.max(1, model.maxSeqLength().orElse(Integer.MAX_VALUE) - 2);
    int tokens = arguments.integer("--tokens").orElse(Math.min(TOKENS, most));
    int overlap = arguments.integer("--overlap").orElse(tokens > OVERLAP ? OVERLAP : 0);
    if (tokens < 1 || tokens > most) {
      throw new UsageException("--tokens must be between 1 and " + most + ", found " + tokens);
    }
    if (overlap < 0 || overlap >= tokens) {
      throw new UsageException(
          "--overlap must be 0 or more and below the "
              + tokens
              + " tokens of a passage, found "
              + overlap);
    }
    return new SearchIndex(place, model, !arguments.has("--no-index"), tokens, overlap);
  }

  private static Path place(String parameter) {
    try {
      Path place = Path.of(parameter);
      if (Files.exists(place)) {
        return place;
      }
    } catch (InvalidPathException _) {
      // no such file either
    }
    throw new BadArgumentException(parameter + ": no such file or folder");
  }

  private static void show(Console console, SearchIndex.Passage passage, float score, String text) {
    Style style = console.style();
    console
        .out()
        .println(
            style.green(String.format(Locale.ROOT, "%.3f", score))
                + "  "
                + style.cyan(passage.file() + ":" + passage.start()));
    var line = new StringBuilder("      ");
    for (String word : text.strip().split("\\s+")) {
      if (line.length() > 6 && line.length() + word.length() + 1 > console.columns()) {
        console.out().println(line);
        line.setLength(6);
      }
      line.append(line.length() > 6 ? " " : "").append(word);
    }
    console.out().println(line);
    console.out().println();
  }

  private static void json(Console console, SearchIndex.Passage passage, float score, String text) {
    var line = new LinkedHashMap<String, Object>();
    line.put("file", passage.file());
    line.put("start", passage.start());
    line.put("end", passage.end());
    line.put("score", score);
    line.put("text", text);
    EmbeddingModel.json(console, line);
  }
}
