package io.quoth.embeddings;

import io.quoth.embeddings.TextTokenizer.Tokens;
import java.util.List;

/** What stages know of the texts of one batch; each stage changes it for the next. */
final class Features {
  /** The texts. */
  final List<Tokens> texts;

  /** Leading tokens that poolings may leave out. */
  final int promptLength;

  /** Of each text its first row of {@link #tokens}, and one more at the end. */
  final int[] starts;

  /** Embeddings of tokens, [rows, width] row-major, the texts end to end. */
  float[] tokens = {};

  /** Columns of {@link #tokens}. */
  int width;

  /** Embeddings of texts, [texts][dimension]. */
  float[][] sentences;

  Features(List<Tokens> texts, int promptLength) {
    this.texts = texts;
    this.promptLength = promptLength;
    starts = new int[texts.size() + 1];
    for (int i = 0; i < texts.size(); i++) {
      starts[i + 1] = starts[i] + texts.get(i).ids().length;
    }
    sentences = new float[texts.size()][0];
  }

  /** Embeddings of the tokens of text {@code i}, [tokens][width]. */
  float[][] tokensOf(int i) {
    float[][] rows = new float[starts[i + 1] - starts[i]][width];
    for (int r = 0; r < rows.length; r++) {
      System.arraycopy(tokens, (starts[i] + r) * width, rows[r], 0, width);
    }
    return rows;
  }
}
