/** What every room of Quoth needs: errors, JSON, progress, and where models come from. */
@org.jspecify.annotations.NullMarked
module io.quoth.base {
  requires static org.jspecify;

  exports io.quoth.base;

  uses io.quoth.base.ModelSource;
}
