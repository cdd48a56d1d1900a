/** The front door; nothing but wiring. */
@org.jspecify.annotations.NullMarked
module io.quoth {
  requires static org.jspecify;
  requires transitive io.quoth.generation;
  requires io.quoth.hub;
  requires io.quoth.tales;

  exports io.quoth;
}
