package io.quoth.models;

import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.kernels.Batch;
import io.quoth.kernels.CountingOps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What a model's size and work are, worked out from its configuration alone; no weights are needed.
 *
 * @param config what the configuration says
 * @param parts its parameters by part, largest first
 * @param operationsFirst floating-point operations of the first token of a sequence, logits
 *     included; a multiply-add counts as two
 * @param operationsPerPosition operations that each token more in the context adds to the next: the
 *     growth of attention
 */
public record ModelFacts(
    ModelConfig config, List<Part> parts, long operationsFirst, double operationsPerPosition) {

  /**
   * A part of a model.
   *
   * @param name what it is: {@code embeddings}, {@code attention}, {@code feed-forward}, {@code
   *     norms}, {@code head}
   * @param parameters how many numbers it learned
   */
  public record Part(String name, long parameters) {}

  /** Copies the parts. */
  public ModelFacts {
    parts = List.copyOf(parts);
  }

  /** The facts of a model in a folder; only {@code config.json} is read. */
  public static ModelFacts of(ModelFolder folder) {
    return of(ModelLoader.config(folder).json());
  }

  /**
   * The facts of a configuration.
   *
   * @param config the content of {@code config.json}
   */
  public static ModelFacts of(Json config) {
    var ops = new CountingOps();
    var imagined = ModelLoader.imagine(config, ops);
    var counts = new LinkedHashMap<String, Long>();
    for (var want : imagined.plan().wanted()) {
      counts.merge(part(want.name()), want.count(), Math::addExact);
    }
    var parts = new ArrayList<Part>();
    counts.forEach((name, count) -> parts.add(new Part(name, count)));
    parts.sort((a, b) -> Long.compare(b.parameters(), a.parameters()));
    CausalTransformer model = imagined.model();
    long first = operations(model, ops, 0);
    int last = model.config().contextLength() - 1;
    double growth = last == 0 ? 0 : (operations(model, ops, last) - first) / (double) last;
    return new ModelFacts(model.config(), parts, first, growth);
  }

  /** Operations of one token behind {@code position} others. */
  private static long operations(CausalTransformer model, CountingOps ops, int position) {
    var batch = new Batch();
    batch.add(ops.stateOf(position), new int[1], 0, 1, position + 1, Batch.Want.LAST);
    ops.begin();
    var x = model.embed(ops, batch);
    for (var layer : model.layers()) {
      x = ops.layer(layer, x, batch);
    }
    var _ = model.head(ops, model.norm(ops, x));
    return ops.operations();
  }

  /** By the words that the names of all families share. */
  private static String part(String name) {
    if (name.matches(".*(norm|ln_|layernorm|\\.ln).*")) {
      return "norms";
    }
    if (name.matches(".*(lm_head|embed_out).*")) {
      return "head";
    }
    if (name.matches(".*(embed|wte|wpe).*")) {
      return "embeddings";
    }
    return name.matches(".*(attn|attention).*") ? "attention" : "feed-forward";
  }

  /** All parameters. */
  public long parameters() {
    return parts.stream().mapToLong(Part::parameters).reduce(0, Math::addExact);
  }

  /** Bytes of the weights at so many bits a parameter: 32, 16, 8, 4; scales of blocks left out. */
  public long weightBytes(int bits) {
    return Math.multiplyExact(parameters(), (long) bits) / 8;
  }

  /** Bytes of keys and values that each token of a sequence takes, f32. */
  public long kvBytesPerToken() {
    return 2L * config.layers() * config.kvHeads() * config.headDim() * Float.BYTES;
  }

  /** Bytes of keys and values of one sequence as long as the context. */
  public long kvBytesAtFullContext() {
    return Math.multiplyExact(kvBytesPerToken(), (long) config.contextLength());
  }

  /** Operations of one token behind {@code position} others, logits included. */
  public long operationsAt(int position) {
    return Math.round(operationsFirst + operationsPerPosition * position);
  }
}
