/** Texts as vectors: sentence encoders, rerankers, exact search and clustering. */
@org.jspecify.annotations.NullMarked
module io.quoth.embeddings {
  requires static org.jspecify;
  requires transitive io.quoth.models;
  requires transitive io.quoth.tokenizers;

  exports io.quoth.embeddings;
}
