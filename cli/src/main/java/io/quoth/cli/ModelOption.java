package io.quoth.cli;

import io.quoth.base.ModelFolder;
import io.quoth.base.ModelSource;

/** The option {@code -m}, the same in every command. */
final class ModelOption {
  /** The embedded model for commands that generate text. */
  static final String CAUSAL = "tales";

  static final Usage.Opt OPTION =
      new Usage.Opt(
          "--model",
          "-m",
          "MODEL",
          false,
          "A folder with the model's files, or the name of a model. Without it: the one that comes"
              + " with Quoth. "
              + ModelSource.NAMES);

  private ModelOption() {}

  /** The files of the model that was asked for, else of the command's own default. */
  static ModelFolder folder(Console console, Arguments arguments, String otherwise) {
    return resolve(console, arguments.text("--model").orElse(otherwise));
  }

  static ModelFolder resolve(Console console, String model) {
    return ModelSource.resolve(model, new ProgressLine(console));
  }
}
