/** The command. */
@org.jspecify.annotations.NullMarked
module io.quoth.cli {
  requires static org.jspecify;
  requires io.quoth;
  requires info.picocli;
}
