/** The front door; nothing but wiring. */
@org.jspecify.annotations.NullMarked
module io.quoth {
  requires static org.jspecify;
  requires transitive io.quoth.embeddings;
  requires transitive io.quoth.generation;
  requires transitive io.quoth.pipelines;
  requires io.quoth.hub;
  requires io.quoth.tales;
  requires io.quoth.minilm;

  exports io.quoth;
}
