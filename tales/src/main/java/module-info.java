/** The embedded default model: a small teller of fairy tales. */
@org.jspecify.annotations.NullMarked
module io.quoth.tales {
  requires static org.jspecify;
  requires transitive io.quoth.base;

  provides io.quoth.base.ModelSource with
      io.quoth.tales.Tales;
}
