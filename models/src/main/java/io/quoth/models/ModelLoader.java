package io.quoth.models;

import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.UnsupportedModelException;
import io.quoth.kernels.CountingOps;
import io.quoth.kernels.Ops;
import io.quoth.tensors.DType;
import io.quoth.tensors.Weights;
import io.quoth.tensors.WeightsPlan;
import java.util.regex.Pattern;

/** From a configuration and a directory of weights to a model, all checked before any is taken. */
final class ModelLoader {
  /** What older versions of the reference saved although it is computed, not learned. */
  private static final Pattern BUFFER =
      Pattern.compile(
          ".*\\.(attn|attention|self_attn)\\.(bias|masked_bias|rotary_emb\\.inv_freq)"
              + "|(.*\\.)?(inv_freq|position_ids|embed_positions\\.sin_cached|cos_cached|sin_cached)");

  /** Heads of other tasks, which a causal model passes over. */
  private static final Pattern HEAD =
      Pattern.compile("(lm_head|score|classifier|qa_outputs|cls|pooler|summary|[a-z_]*_head)\\..*");

  private ModelLoader() {}

  static ConfigReader config(ModelFolder folder) {
    if (!folder.has("config.json") && folder.files().stream().anyMatch(f -> f.endsWith(".gguf"))) {
      throw new UnsupportedModelException(
          folder.location() + ": has no config.json; GGUF files cannot be read yet");
    }
    return new ConfigReader(folder.json("config.json"));
  }

  /** Builds a model; every misfit of weights and configuration is in one error. */
  static CausalTransformer build(ConfigReader config, Weights weights, Ops ops) {
    Family family = Families.of(config);
    var plan = WeightsPlan.over(weights);
    family.build(config, new Parts(new CountingOps(), plan.weights()));
    plan.check(name -> isBuffer(name) || HEAD.matcher(name).matches());
    return family.build(config, new Parts(ops, weights));
  }

  /** Whether nobody needs to ask for a tensor of that name, since it is computed. */
  static boolean isBuffer(String name) {
    return BUFFER.matcher(name).matches();
  }

  /** A model of which only shapes exist, and the plan that tells them. */
  record Imagined(CausalTransformer model, WeightsPlan plan) {}

  /** A model from its configuration alone. */
  static Imagined imagine(Json config, CountingOps ops) {
    var reader = new ConfigReader(config);
    var plan = WeightsPlan.imagined(DType.F32);
    return new Imagined(Families.of(reader).build(reader, new Parts(ops, plan.weights())), plan);
  }
}
