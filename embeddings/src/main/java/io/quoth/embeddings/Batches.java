package io.quoth.embeddings;

import io.quoth.embeddings.TextTokenizer.Tokens;
import java.util.List;

/** How texts are put together into batches. */
final class Batches {
  private Batches() {}

  /**
   * One past the last text that runs together with text {@code from}: as many as fit.
   *
   * @param most tokens of a batch, unless one text has more
   */
  static int end(List<Tokens> texts, int from, int most) {
    long count = texts.get(from).ids().length;
    int to = from + 1;
    while (to < texts.size() && count + texts.get(to).ids().length <= most) {
      count += texts.get(to).ids().length;
      to++;
    }
    return to;
  }
}
