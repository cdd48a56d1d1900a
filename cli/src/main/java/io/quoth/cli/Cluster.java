package io.quoth.cli;

import io.quoth.embeddings.CommunityDetection;
import io.quoth.embeddings.EmbeddingOptions;
import io.quoth.embeddings.KMeans;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** {@code quoth cluster}. */
final class Cluster implements Command {
  private static final double THRESHOLD = 0.6;

  @Override
  public Usage usage() {
    return new Usage(
        "cluster",
        List.of(
            "Put the lines of a file together that mean alike.",
            "Groups are as many as there are texts closer than a threshold; with --clusters all"
                + " texts go into so many groups."),
        List.of(
            ModelOption.OPTION,
            ModelOption.REFRESH,
            Usage.Opt.of("--clusters", "N", "Make N groups of all texts (k-means, seed 0)."),
            Usage.Opt.of("--threshold", "X", "Least cosine with a group's centre; 0.6 without it."),
            Usage.Opt.flag("--json", "Write one JSON array of texts a group.")),
        new Usage.Parameters("FILE", "A text a line; - takes standard input.", 1, 1),
        List.of("quoth cluster questions.txt", "quoth cluster --clusters 5 - < questions.txt"));
  }

  @Override
  public int run(Console console, Arguments arguments) {
    if (arguments.has("--clusters") && arguments.has("--threshold")) {
      throw new UsageException("--clusters makes groups of all texts; there is no --threshold");
    }
    List<String> texts =
        Input.texts(console, arguments.parameters().getFirst()).stream()
            .filter(text -> !text.isBlank())
            .toList();
    if (texts.isEmpty()) {
      return Quoth.DONE;
    }
    try (var model = EmbeddingModel.load(console, arguments)) {
      var options = EmbeddingOptions.DEFAULT.progress(ProgressLine.counting(console));
      var embeddings = model.encode(texts, options);
      EmbeddingModel.tellTruncated(console, model, embeddings);
      show(console, arguments, texts, groups(arguments, embeddings.vectors()));
    }
    return Quoth.DONE;
  }

  private static List<List<Integer>> groups(Arguments arguments, float[][] vectors) {
    if (!arguments.has("--clusters")) {
      double threshold = arguments.number("--threshold").orElse(THRESHOLD);
      return CommunityDetection.detect(vectors, (float) threshold, Math.min(2, vectors.length));
    }
    int count = arguments.integer("--clusters").orElseThrow();
    int[] labels = new KMeans(count).fit(vectors).labels();
    var groups = new LinkedHashMap<Integer, List<Integer>>();
    for (int i = 0; i < labels.length; i++) {
      groups.computeIfAbsent(labels[i], _ -> new ArrayList<>()).add(i);
    }
    return List.copyOf(groups.values());
  }

  private static void show(
      Console console, Arguments arguments, List<String> texts, List<List<Integer>> groups) {
    int grouped = 0;
    for (int g = 0; g < groups.size(); g++) {
      List<String> members = groups.get(g).stream().map(texts::get).toList();
      grouped += members.size();
      if (arguments.has("--json")) {
        EmbeddingModel.json(console, members);
        continue;
      }
      console.out().println(console.style().bold("Group " + (g + 1) + ": " + members.size()));
      for (String text : members) {
        console.out().println("  " + EmbeddingModel.shortened(text, console.columns() - 2));
      }
    }
    if (!arguments.has("--json")) {
      console.out().println(texts.size() + " texts, " + grouped + " of them in groups");
    }
  }
}
