/** Arithmetic and its storage: the verbs of models, and what implements them on this processor. */
@org.jspecify.annotations.NullMarked
module io.quoth.kernels {
  requires static org.jspecify;
  requires transitive io.quoth.tensors;
  requires jdk.incubator.vector;

  exports io.quoth.kernels;
}
