/** Text to ids and back. */
@org.jspecify.annotations.NullMarked
module io.quoth.tokenizers {
  requires static org.jspecify;
  requires transitive io.quoth.base;

  exports io.quoth.tokenizers;
}
