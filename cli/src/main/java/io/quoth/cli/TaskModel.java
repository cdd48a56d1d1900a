package io.quoth.cli;

import io.quoth.LoadOptions;
import io.quoth.pipelines.Pipeline;

/** The model of a command for which none comes with Quoth. */
final class TaskModel {
  static final Usage.Opt OPTION =
      new Usage.Opt(
          "--model",
          "-m",
          "MODEL",
          false,
          "A folder with the model's files, or the name of a model; none for this comes with"
              + " Quoth.");

  private TaskModel() {}

  /** The pipeline of a task, of the type that the caller knows. */
  static <P extends Pipeline> P load(
      Console console, Arguments arguments, String task, Class<P> type) {
    String model =
        arguments
            .text("--model")
            .orElseThrow(() ->
                new UsageException("missing --model: none for " + task + " comes" + " with Quoth"));
    var progress = new ProgressLine(console);
    return type.cast(
        Pipeline.load(
            task,
            ModelOption.resolve(console, arguments, model),
            LoadOptions.DEFAULT::newOps,
            progress));
  }

  /** Says that a text was cut off. */
  static void tellTruncated(Console console, boolean truncated) {
    if (truncated) {
      console.err().println("The text is longer than the model takes; its end was not looked at.");
    }
  }
}
