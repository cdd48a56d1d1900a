/** Helpers of Quoth's own tests; not published. */
@org.jspecify.annotations.NullMarked
module io.quoth.testkit {
  requires static org.jspecify;
  requires transitive io.quoth.base;
  requires org.junit.jupiter.api;
  requires java.management;
  requires jdk.management;

  exports io.quoth.testkit;
}
