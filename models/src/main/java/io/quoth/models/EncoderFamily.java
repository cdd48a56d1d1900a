package io.quoth.models;

import java.util.Set;

/**
 * A family of encoders. Those of Quoth are in this package, a file each; others are found by {@link
 * java.util.ServiceLoader}. Safe to share between threads.
 */
public interface EncoderFamily {
  /** The values of {@code model_type} that it knows. */
  Set<String> modelTypes();

  /**
   * Builds a model with the head of a task. Called several times for one model, the first times
   * with {@code parts} that only note what is asked for: what is taken must depend on {@code
   * config} and {@code task} alone, and on what is there ({@link Parts#has}).
   *
   * @throws io.quoth.base.BadFileException when the configuration contradicts itself
   * @throws io.quoth.base.UnsupportedModelException when it asks for what this family cannot do
   */
  EncoderTransformer build(ConfigReader config, Task task, Parts parts);
}
