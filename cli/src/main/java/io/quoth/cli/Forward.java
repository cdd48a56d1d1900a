package io.quoth.cli;

import io.quoth.LoadOptions;
import io.quoth.models.CausalModel;
import io.quoth.models.Recording;
import io.quoth.tensors.SafetensorsWriter;
import io.quoth.tensors.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code quoth forward}. */
final class Forward implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "forward",
        List.of(
            "Run a model once over token ids and write all that it computes to a file.",
            "The file holds f32 tensors: logits [tokens, vocabulary] and hidden_states.0 to"
                + " hidden_states.N [tokens, hidden size], numbered as transformers numbers them: 0"
                + " enters the first layer, N leaves the last one behind the final norm. No"
                + " tokenizer is needed."),
        List.of(
            ModelOption.OPTION,
            Usage.Opt.of("--input-ids", "IDS", "The ids, with commas between: 1,2,3."),
            Usage.Opt.of("--out", "FILE", "The file to write, in the format safetensors.")),
        Usage.Parameters.NONE,
        List.of(
            "quoth forward --input-ids 0,1,2,3 --out tales.safetensors",
            "quoth forward -m path/to/gpt2 --input-ids 15496,11,995,0 --out gpt2.safetensors"));
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
    var folder = ModelOption.folder(console, arguments, ModelOption.CAUSAL);
    try (var model =
        CausalModel.load(folder, LoadOptions.DEFAULT.newOps(), new ProgressLine(console))) {
      Recording recording = model.record(ids);
      SafetensorsWriter.write(out, tensors(recording));
    }
    return Quoth.DONE;
  }

  private static List<Tensor> tensors(Recording recording) {
    var tensors = new ArrayList<Tensor>();
    tensors.add(matrix("logits", recording.logits(), recording.tokens()));
    for (int i = 0; i < recording.hiddenStates().size(); i++) {
      tensors.add(
          matrix("hidden_states." + i, recording.hiddenStates().get(i), recording.tokens()));
    }
    return tensors;
  }

  private static Tensor matrix(String name, float[] numbers, int rows) {
    return Tensor.of(name, new long[] {rows, numbers.length / rows}, numbers);
  }
}
