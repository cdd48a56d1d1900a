/** Measures Quoth against the limits of the machine it runs on. */
@org.jspecify.annotations.NullMarked
module io.quoth.bench {
  requires static org.jspecify;
  requires io.quoth.kernels;
  requires java.management;
  requires jdk.management;
}
