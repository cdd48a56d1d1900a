/** Measures Quoth against the limits of the machine it runs on. */
@org.jspecify.annotations.NullMarked
module io.quoth.bench {
  requires static org.jspecify;
  requires ai.djl.tokenizers;
  requires com.microsoft.onnxruntime;
  requires io.quoth.base;
  requires io.quoth.embeddings;
  requires io.quoth.generation;
  requires io.quoth.kernels;
  requires io.quoth.minilm;
  requires io.quoth.tales;
  requires io.quoth.tensors;
  requires io.quoth.testkit;
  requires io.quoth.tokenizers;
  requires java.management;
  requires jdk.management;
  requires jlama.core;
  requires jtokkit;
}
