package io.quoth.models;

import io.quoth.base.UnsupportedModelException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/** All families by the {@code model_type} that names them. */
final class Families {
  private static final List<Family> OWN =
      List.of(new Gpt2(), new Llama(), new Mistral(), new Phi(), new Qwen2(), new Qwen3());

  private Families() {}

  /**
   * The family of a configuration.
   *
   * @throws UnsupportedModelException for a type that nobody knows
   */
  static Family of(ConfigReader config) {
    var families = all();
    Family family = families.get(config.modelType());
    if (family == null && EncoderLoader.knows(config.modelType())) {
      throw new UnsupportedModelException(
          config.json().get("model_type").place()
              + ": \""
              + config.modelType()
              + "\" is an encoder, which generates nothing; AutoModel, AutoModelForMaskedLM and"
              + " their kin load it");
    }
    if (family == null) {
      throw unknown(config, families.keySet());
    }
    return family;
  }

  /** The family of a type, or empty. */
  static Optional<Family> find(String type) {
    return Optional.ofNullable(all().get(type));
  }

  /** That a configuration's type is none of those known. */
  static UnsupportedModelException unknown(ConfigReader config, Set<String> known) {
    String type = config.modelType();
    String nearest =
        known.stream()
            .min((a, b) -> Integer.compare(distance(a, type), distance(b, type)))
            .filter(name -> distance(name, type) <= 2)
            .map(name -> "; did you mean \"" + name + "\"?")
            .orElse("");
    return new UnsupportedModelException(
        config.json().get("model_type").place()
            + ": \""
            + (type.length() > 60 ? type.substring(0, 60) + "…" : type)
            + "\" is not supported"
            + nearest
            + "; supported are "
            + String.join(", ", known));
  }

  private static Map<String, Family> all() {
    var families = new TreeMap<String, Family>();
    // A provider from outside may not take the place of one of ours, hence last.
    ServiceLoader.load(Family.class).forEach(family -> add(family, families));
    OWN.forEach(family -> add(family, families));
    return families;
  }

  private static void add(Family family, Map<String, Family> families) {
    family.modelTypes().forEach(type -> families.put(type, family));
  }

  /** Levenshtein's, of the first 40 characters. */
  private static int distance(String a, String b) {
    int[] row = new int[Math.min(40, b.length()) + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int above = row[j];
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, 1 + Math.min(above, row[j - 1]));
        diagonal = above;
      }
    }
    return row[row.length - 1];
  }
}
