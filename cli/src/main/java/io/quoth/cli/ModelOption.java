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

  static final Usage.Opt REFRESH =
      Usage.Opt.flag(
          "--refresh",
          "Ask the Hub which commit MODEL's branch or tag is now, and fetch what is new. Without it"
              + " a model that is in the cache is used as it is and nobody is asked.");

  private ModelOption() {}

  /** The files of the model that was asked for, else of the command's own default. */
  static ModelFolder folder(Console console, Arguments arguments, String otherwise) {
    return resolve(console, arguments, arguments.text("--model").orElse(otherwise));
  }

  static ModelFolder resolve(Console console, Arguments arguments, String model) {
    return ModelSource.resolve(model, arguments.has("--refresh"), new ProgressLine(console));
  }
}
