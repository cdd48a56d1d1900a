package io.quoth.hub;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which files of a repository a load needs. Weights come in several formats side by side, each as
 * large as the model: the first of them that is there counts, in the order of the reference.
 */
final class LoadFiles {
  /** Formats of weights, the first one that is there counts; each may come in shards. */
  private static final List<Pattern> WEIGHTS =
      List.of(
          Pattern.compile("model\\.safetensors"),
          Pattern.compile(
              "model\\.safetensors\\.index\\.json|model-\\d{5}-of-\\d{5}\\.safetensors"),
          Pattern.compile("pytorch_model\\.bin"),
          Pattern.compile(
              "pytorch_model\\.bin\\.index\\.json|pytorch_model-\\d{5}-of-\\d{5}\\.bin"));

  /** The word lists, of which one at least makes a tokenizer. */
  private static final Set<String> VOCABULARIES =
      Set.of(
          "tokenizer.json",
          "vocab.json",
          "vocab.txt",
          "tokenizer.model",
          "spiece.model",
          "sentencepiece.bpe.model");

  private static final Pattern SMALL =
      Pattern.compile(
          "config\\.json|generation_config\\.json|adapter_config\\.json|preprocessor_config\\.json"
              + "|tokenizer\\.json|tokenizer_config\\.json|special_tokens_map\\.json"
              + "|added_tokens\\.json|chat_template\\.(jinja|json)"
              + "|additional_chat_templates/[^/]+\\.jinja"
              + "|vocab\\.json|merges\\.txt|vocab\\.txt"
              + "|tokenizer\\.model|spiece\\.model|sentencepiece\\.bpe\\.model"
              + "|modules\\.json|config_sentence_transformers\\.json|sentence_\\w+_config\\.json"
              + "|\\d+_[A-Za-z]+/config\\.json");

  /** Weights of a sentence model's own layers, small. */
  private static final Pattern MODULE_WEIGHTS =
      Pattern.compile("\\d+_[A-Za-z]+/(model\\.safetensors|pytorch_model\\.bin)");

  private LoadFiles() {}

  /** Configurations and vocabularies: small, and read one after the other. */
  static List<String> small(Collection<String> paths) {
    return paths.stream().filter(path -> SMALL.matcher(path).matches()).toList();
  }

  /** The weights in the first format that is there, all shards of it. */
  static List<String> weights(Collection<String> paths) {
    for (Pattern format : WEIGHTS) {
      var found = paths.stream().filter(path -> format.matcher(path).matches()).toList();
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  private static List<String> moduleWeights(Collection<String> paths) {
    var modules = paths.stream().filter(path -> MODULE_WEIGHTS.matcher(path).matches()).toList();
    Set<String> safe =
        modules.stream()
            .filter(path -> path.endsWith(".safetensors"))
            .map(path -> path.substring(0, path.indexOf('/')))
            .collect(Collectors.toSet());
    return modules.stream()
        .filter(path ->
            path.endsWith(".safetensors") || !safe.contains(path.substring(0, path.indexOf('/'))))
        .toList();
  }

  /** All that a load needs. */
  static List<String> all(Collection<String> paths) {
    var all = new java.util.TreeSet<String>(small(paths));
    all.addAll(weights(paths));
    all.addAll(moduleWeights(paths));
    return List.copyOf(all);
  }

  /** The files that are worth bringing together with one that was asked for. */
  static List<String> together(String path, Collection<String> paths) {
    for (List<String> group : List.of(small(paths), weights(paths), moduleWeights(paths))) {
      if (group.contains(path)) {
        return group;
      }
    }
    return paths.contains(path) ? List.of(path) : List.of();
  }

  /**
   * Whether a snapshot that somebody else filled holds a whole model: configuration, weights, all
   * shards of them, and a word list. What it lacks beyond that its filler did not need.
   */
  static boolean isWhole(Collection<String> paths) {
    List<String> weights = weights(paths);
    return paths.contains("config.json")
        && paths.stream().anyMatch(VOCABULARIES::contains)
        && !weights.isEmpty()
        && shards(weights).map(count -> count == weights.size() - 1).orElse(true);
  }

  private static Optional<Integer> shards(List<String> weights) {
    return weights.stream()
        .filter(path -> path.matches(".*-of-\\d{5}\\..*"))
        .map(path -> Integer.parseInt(path.replaceAll(".*-of-(\\d{5})\\..*", "$1")))
        .findFirst()
        .or(() -> weights.getFirst().endsWith(".index.json") ? Optional.of(-1) : Optional.empty());
  }
}
