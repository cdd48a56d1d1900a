/** Logits to ids: processors, samplers, stopping, streaming, the loop. */
@org.jspecify.annotations.NullMarked
module io.quoth.generation {
  requires static org.jspecify;
  requires transitive io.quoth.models;
  requires transitive io.quoth.tokenizers;

  exports io.quoth.generation;
}
