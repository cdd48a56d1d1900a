package io.quoth.embeddings;

import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.base.UnsupportedModelException;
import io.quoth.kernels.Activation;
import io.quoth.kernels.Linear;
import io.quoth.kernels.Ops;
import io.quoth.models.Parts;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer and a pointwise function, over texts or over tokens.
 *
 * @param residual what the input is multiplied by before it is added behind the function, where
 *     sizes differ
 */
record DenseStage(
    WeightedStage stage,
    Linear linear,
    TorchFunction function,
    boolean addsInput,
    @Nullable Linear residual,
    boolean tokens)
    implements Stage {

  static DenseStage load(ModelFolder folder, Supplier<Ops> ops, ProgressListener progress) {
    Json config = folder.json("config.json");
    int in = config.getInt("in_features");
    int out = config.getInt("out_features");
    if (in < 1 || out < 1) {
      throw config.error("in_features " + in + " and out_features " + out + " must be above 0");
    }
    boolean addsInput = config.getBoolean("use_residual", false);
    var function =
        TorchFunction.of(
            config.getString("activation_function", "torch.nn.modules.activation.Tanh"),
            TorchFunction.TANH);
    boolean tokens = tokens(config);
    var stage = WeightedStage.open(folder, ops, progress);
    try {
      var parts = new Parts(stage.ops(), stage.weights());
      return new DenseStage(
          stage,
          parts.linear("linear", in, out, config.getBoolean("bias", true)),
          function,
          addsInput,
          addsInput && in != out ? parts.linear("residual", in, out, false) : null,
          tokens);
    } catch (RuntimeException | Error e) {
      stage.close();
      throw e;
    }
  }

  private static boolean tokens(Json config) {
    String input = config.getString("module_input_name", "sentence_embedding");
    String output = config.getString("module_output_name", input);
    if (!input.equals(output)
        || !input.equals("sentence_embedding") && !input.equals("token_embeddings")) {
      throw new UnsupportedModelException(
          config.place() + ": a Dense from " + input + " to " + output + " is not supported");
    }
    return input.equals("token_embeddings");
  }

  @Override
  public String type() {
    return "Dense";
  }

  @Override
  public void forward(Features f) {
    if (tokens) {
      if (f.starts[f.starts.length - 1] > 0) {
        f.tokens = apply(f.tokens, f.starts[f.starts.length - 1]);
      }
      f.width = linear.out();
      return;
    }
    int in = linear.in();
    float[] all = new float[Math.multiplyExact(f.sentences.length, in)];
    for (int i = 0; i < f.sentences.length; i++) {
      System.arraycopy(f.sentences[i], 0, all, i * in, in);
    }
    float[] result = apply(all, f.sentences.length);
    for (int i = 0; i < f.sentences.length; i++) {
      f.sentences[i] = Arrays.copyOfRange(result, i * linear.out(), (i + 1) * linear.out());
    }
  }

  private float[] apply(float[] values, int rows) {
    int out = linear.out();
    float[] result = new float[Math.multiplyExact(rows, out)];
    stage.compute(() -> {
      Ops ops = stage.ops();
      Activation x = ops.input(values, rows, linear.in());
      Activation y = ops.linear(x, linear);
      for (int r = 0; r < rows; r++) {
        ops.read(y, r, result, r * out);
      }
      for (int i = 0; i < result.length; i++) {
        result[i] = function.apply(result[i]);
      }
      if (addsInput) {
        Activation added = residual == null ? x : ops.linear(x, residual);
        float[] row = new float[out];
        for (int r = 0; r < rows; r++) {
          ops.read(added, r, row, 0);
          for (int i = 0; i < out; i++) {
            result[r * out + i] += row[i];
          }
        }
      }
    });
    return result;
  }

  @Override
  public int dimension(int in) {
    if (in != linear.in()) {
      throw new BadFileException("Dense is made for " + linear.in() + " numbers, but gets " + in);
    }
    return linear.out();
  }

  @Override
  public void close() {
    stage.close();
  }
}
