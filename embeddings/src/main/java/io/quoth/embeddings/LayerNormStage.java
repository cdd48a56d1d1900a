package io.quoth.embeddings;

import io.quoth.base.BadFileException;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.Activation;
import io.quoth.kernels.Norm;
import io.quoth.kernels.Ops;
import io.quoth.models.Parts;
import java.util.function.Supplier;

/** Embeddings of texts to mean 0 and variance 1, then scaled and shifted (Ba et al. 2016). */
record LayerNormStage(WeightedStage stage, Norm norm) implements Stage {
  private static final double EPSILON = 1e-5;

  static LayerNormStage load(ModelFolder folder, Supplier<Ops> ops, ProgressListener progress) {
    int dimension = folder.json("config.json").getInt("dimension");
    var stage = WeightedStage.open(folder, ops, progress);
    try {
      var parts = new Parts(stage.ops(), stage.weights());
      return new LayerNormStage(stage, parts.layerNorm("norm", dimension, EPSILON));
    } catch (RuntimeException | Error e) {
      stage.close();
      throw e;
    }
  }

  @Override
  public String type() {
    return "LayerNorm";
  }

  @Override
  public void forward(Features features) {
    stage.compute(() -> {
      for (float[] sentence : features.sentences) {
        Activation x = stage.ops().input(sentence, 1, sentence.length);
        stage.ops().read(stage.ops().layerNorm(x, norm), 0, sentence, 0);
      }
    });
  }

  @Override
  public int dimension(int in) {
    if (in != norm.features()) {
      throw new BadFileException(
          "LayerNorm is made for " + norm.features() + " numbers, but gets " + in);
    }
    return in;
  }

  @Override
  public void close() {
    stage.close();
  }
}
