package io.quoth.examples;

import io.quoth.embeddings.SentenceTransformer;
import java.util.List;

/** Two texts as vectors, and how alike they are. The model comes with Quoth: nothing is fetched. */
public final class SentenceEmbeddings {
  private SentenceEmbeddings() {}

  /** Takes no arguments. */
  public static void main(String[] args) {
    try (var model = SentenceTransformer.fromPretrained("all-MiniLM-L6-v2")) {
      float[][] embeddings = model.encode(List.of("a cat sat on a mat", "the dog ran"));
      System.out.println("(" + embeddings.length + ", " + embeddings[0].length + ")"); // (2, 384)
      float[][] similarity = model.similarity(embeddings, embeddings);
      System.out.printf(java.util.Locale.ROOT, "cosine %.2f%n", similarity[0][1]); // cosine 0.20
    }
  }
}
