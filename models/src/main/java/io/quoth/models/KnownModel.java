package io.quoth.models;

import io.quoth.base.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/**
 * A published model whose configuration comes with Quoth, to compare sizes with.
 *
 * @param name what people call it
 * @param config the keys of its {@code config.json} that matter for its size
 */
public record KnownModel(String name, Json config) {
  private static final String FILE = "known-models.json";

  /** All of them, family by family, small before large. */
  public static List<KnownModel> all() {
    try (InputStream in =
        Objects.requireNonNull(KnownModel.class.getResourceAsStream(FILE), FILE)) {
      return Json.parse(in.readAllBytes(), FILE, Json.Duplicates.REFUSED).items().stream()
          .map(model -> new KnownModel(model.getString("name"), model.get("config")))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its parameters, memory and work. */
  public ModelFacts facts() {
    return ModelFacts.of(config);
  }
}
