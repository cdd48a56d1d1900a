/** The page's programs. */
@org.jspecify.annotations.NullMarked
module io.quoth.examples {
  requires static org.jspecify;
  requires io.quoth;
}
