package io.quoth.pipelines;

import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.embeddings.SentenceTransformer;
import io.quoth.kernels.Ops;
import java.util.List;
import java.util.function.Supplier;

/** How alike texts are to one text; {@link SentenceTransformer} does more. */
public final class SentenceSimilarity implements Pipeline {
  private final SentenceTransformer model;

  private SentenceSimilarity(SentenceTransformer model) {
    this.model = model;
  }

  /** Loads a model of embeddings. */
  public static SentenceSimilarity load(
      ModelFolder folder, Supplier<Ops> ops, ProgressListener progress) {
    return new SentenceSimilarity(SentenceTransformer.load(folder, ops, progress));
  }

  @Override
  public String task() {
    return "sentence-similarity";
  }

  /** How alike each sentence is to the source, by the model's similarity: [sentences]. */
  public float[] compare(String source, List<String> sentences) {
    float[][] one = model.encode(List.of(source));
    return sentences.isEmpty() ? new float[0] : model.similarity(one, model.encode(sentences))[0];
  }

  @Override
  public void close() {
    model.close();
  }
}
