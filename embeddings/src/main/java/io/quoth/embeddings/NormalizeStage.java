package io.quoth.embeddings;

/** Embeddings of texts to length 1. */
record NormalizeStage() implements Stage {
  @Override
  public String type() {
    return "Normalize";
  }

  @Override
  public void forward(Features features) {
    for (float[] sentence : features.sentences) {
      Rows.normalize(sentence);
    }
  }

  @Override
  public int dimension(int in) {
    return in;
  }
}
