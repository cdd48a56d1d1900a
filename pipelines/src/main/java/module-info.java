/** A task by its name, from text to typed results. */
@org.jspecify.annotations.NullMarked
module io.quoth.pipelines {
  requires static org.jspecify;
  requires transitive io.quoth.embeddings;
  requires transitive io.quoth.generation;

  exports io.quoth.pipelines;
}
