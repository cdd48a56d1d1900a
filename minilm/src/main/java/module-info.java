/** The embedded default model for embeddings: all-MiniLM-L6-v2 in blocks of Q8_0. */
@org.jspecify.annotations.NullMarked
module io.quoth.minilm {
  requires static org.jspecify;
  requires transitive io.quoth.base;

  provides io.quoth.base.ModelSource with
      io.quoth.minilm.MiniLm;
}
