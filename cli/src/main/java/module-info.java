/** The command {@code quoth}: one class a command, over the front door. */
@org.jspecify.annotations.NullMarked
module io.quoth.cli {
  requires static org.jspecify;
  requires io.quoth;
  requires io.quoth.base;
  requires io.quoth.generation;
  requires io.quoth.hub;
  requires io.quoth.models;
  requires io.quoth.tokenizers;
  requires java.management;
}
