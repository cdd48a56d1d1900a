package io.quoth.models;

import io.quoth.base.Json;
import io.quoth.kernels.Activation;
import io.quoth.kernels.Batch;
import io.quoth.kernels.Layer;
import io.quoth.kernels.Ops;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A causal family used for its hidden states alone, as models for embeddings do. */
record CausalBody(Family family) implements EncoderFamily {

  @Override
  public Set<String> modelTypes() {
    return family.modelTypes();
  }

  @Override
  public EncoderTransformer build(ConfigReader reader, Task task, Parts parts) {
    CausalTransformer causal = family.build(withoutHead(reader), parts);
    ModelConfig c = causal.config();
    EncoderConfig config =
        new EncoderConfig(
            c.modelType(),
            c.vocabSize(),
            0,
            c.maxLength(),
            c.hiddenSize(),
            c.layers(),
            c.heads(),
            reader.json().getInt("pad_token_id", 0),
            List.of(),
            "");
    return new Model(config, causal);
  }

  /** The configuration with tied embeddings: a body saved by itself has no other head. */
  private static ConfigReader withoutHead(ConfigReader reader) {
    if (!(reader.json().toJava() instanceof Map<?, ?> members)) {
      return reader;
    }
    var changed = new LinkedHashMap<Object, Object>(members);
    changed.put("tie_word_embeddings", true);
    return new ConfigReader(Json.parse(Json.write(changed), reader.json().place()));
  }

  private record Model(EncoderConfig config, CausalTransformer causal)
      implements EncoderTransformer {
    @Override
    public Activation embed(Ops ops, Batch batch) {
      return causal.embed(ops, batch);
    }

    @Override
    public List<? extends Layer> layers() {
      return causal.layers();
    }

    @Override
    public Activation norm(Ops ops, Activation x) {
      return causal.norm(ops, x);
    }

    @Override
    public EncoderHead head() {
      return Heads.base(null);
    }
  }
}
