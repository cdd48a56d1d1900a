/** Configurations and families: ids to hidden states to logits. */
@org.jspecify.annotations.NullMarked
module io.quoth.models {
  requires static org.jspecify;
  requires transitive io.quoth.kernels;

  exports io.quoth.models;

  uses io.quoth.models.EncoderFamily;
  uses io.quoth.models.Family;
}
