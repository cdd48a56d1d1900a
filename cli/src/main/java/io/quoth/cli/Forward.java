package io.quoth.cli;

import io.quoth.LoadOptions;
import io.quoth.base.BadArgumentException;
import io.quoth.base.ModelFolder;
import io.quoth.models.CausalModel;
import io.quoth.models.EncoderModel;
import io.quoth.models.EncoderOutput;
import io.quoth.models.Task;
import io.quoth.tensors.SafetensorsWriter;
import io.quoth.tensors.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code quoth forward}. */
final class Forward implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "forward",
        List.of(
            "Run a model once over token ids and write all that it computes to a file.",
            "The file holds f32 tensors: hidden_states.0 to hidden_states.N [tokens, hidden size],"
                + " numbered as transformers numbers them: 0 enters the first layer, N leaves the"
                + " last one behind the final norm where there is one. Beside them what the model's"
                + " own head makes of them, as the first of the architectures in its config.json"
                + " says: logits ([tokens, vocabulary], [labels] or [tokens, labels]), start_logits"
                + " and end_logits [tokens], or last_hidden_state [tokens, hidden size] and"
                + " pooler_output [hidden size]. No tokenizer is needed."),
        List.of(
            ModelOption.OPTION,
            ModelOption.REFRESH,
            Usage.Opt.of("--input-ids", "IDS", "The ids, with commas between: 1,2,3."),
            Usage.Opt.of(
                "--token-type-ids",
                "IDS",
                "For encoders: to which of two texts each id belongs; 0 for all without it."),
            Usage.Opt.of("--out", "FILE", "The file to write, in the format safetensors.")),
        Usage.Parameters.NONE,
        List.of(
            "quoth forward --input-ids 0,1,2,3 --out tales.safetensors",
            "quoth forward -m path/to/gpt2 --input-ids 15496,11,995,0 --out gpt2.safetensors",
            "quoth forward -m path/to/bert --input-ids 101,7592,102,2088,102"
                + " --token-type-ids 0,0,0,1,1 --out bert.safetensors"));
  }

  @Override
  public int run(Console console, Arguments arguments) {
    int[] ids =
        arguments
            .ids("--input-ids")
            .orElseThrow(() -> new UsageException("missing --input-ids IDS"));
    Path out =
        Path.of(
            arguments.text("--out").orElseThrow(() -> new UsageException("missing --out FILE")));
    var types = arguments.ids("--token-type-ids");
    if (types.isPresent() && types.get().length != ids.length) {
      throw new UsageException(
          "--token-type-ids: expected one for each of the "
              + ids.length
              + " ids, found "
              + types.get().length);
    }
    var folder = ModelOption.folder(console, arguments, ModelOption.CAUSAL);
    var task = Task.of(folder);
    if (task.isPresent()) {
      encoder(console, folder, task.get(), ids, types.orElseGet(() -> new int[ids.length]), out);
    } else if (types.isPresent()) {
      throw new BadArgumentException("a causal model takes no --token-type-ids");
    } else {
      causal(console, folder, ids, out);
    }
    return Quoth.DONE;
  }

  private static void causal(Console console, ModelFolder folder, int[] ids, Path out) {
    try (var model =
        CausalModel.load(folder, LoadOptions.DEFAULT.newOps(), new ProgressLine(console))) {
      var recording = model.record(ids);
      var tensors = hiddenStates(recording.hiddenStates(), ids.length);
      tensors.add(matrix("logits", recording.logits(), ids.length));
      SafetensorsWriter.write(out, tensors);
    }
  }

  private static void encoder(
      Console console, ModelFolder folder, Task task, int[] ids, int[] types, Path out) {
    var ops = LoadOptions.DEFAULT.newOps();
    try (var model = EncoderModel.load(folder, task, ops, new ProgressLine(console))) {
      if (model.config().typeVocabSize() == 0 && Arrays.stream(types).anyMatch(t -> t != 0)) {
        throw new BadArgumentException(
            "--token-type-ids: " + model.location() + " knows no token types");
      }
      var recording = model.record(ids, types);
      var tensors = hiddenStates(recording.hiddenStates(), ids.length);
      recording
          .output()
          .outputs()
          .forEach(
              (name, rows) -> tensors.add(Tensor.of(name, shape(task, name, rows), rows.values())));
      SafetensorsWriter.write(out, tensors);
    }
  }

  /** The reference's shapes, less the dimension of the batch. */
  private static long[] shape(Task task, String name, EncoderOutput.Rows rows) {
    boolean ofTheText = task == Task.SEQUENCE_CLASSIFICATION || name.equals("pooler_output");
    if (ofTheText || task == Task.QUESTION_ANSWERING) {
      return new long[] {rows.values().length};
    }
    return new long[] {rows.rows(), rows.columns()};
  }

  private static List<Tensor> hiddenStates(List<float[]> states, int rows) {
    var tensors = new ArrayList<Tensor>();
    for (float[] state : states) {
      tensors.add(matrix("hidden_states." + tensors.size(), state, rows));
    }
    return tensors;
  }

  private static Tensor matrix(String name, float[] numbers, int rows) {
    return Tensor.of(name, new long[] {rows, numbers.length / rows}, numbers);
  }
}
