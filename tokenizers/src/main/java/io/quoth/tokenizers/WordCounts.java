package io.quoth.tokenizers;

import io.quoth.base.ProgressListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Counts the pieces of many texts, on all cores; what comes out, its order too, does not depend on
 * how many there are.
 */
final class WordCounts {
  /** Texts of one share: enough work for a core, few enough to keep in memory. */
  private static final int SHARE_CHARS = 1 << 18;

  private static final int SHARES = 16;

  private final @Nullable Normalizer normalizer;
  private final @Nullable PreTokenizer preTokenizer;
  private final ProgressListener progress;

  WordCounts(
      @Nullable Normalizer normalizer,
      @Nullable PreTokenizer preTokenizer,
      ProgressListener progress) {
    this.normalizer = normalizer;
    this.preTokenizer = preTokenizer;
    this.progress = progress;
  }

  Map<String, Long> of(Iterable<String> texts) {
    var counts = new LinkedHashMap<String, Long>();
    var shares = new ArrayList<List<String>>();
    var share = new ArrayList<String>();
    long done = 0;
    int chars = 0;
    for (String text : texts) {
      share.add(text);
      chars += Math.min(text.length(), SHARE_CHARS) + 1;
      done++;
      if (chars >= SHARE_CHARS) {
        shares.add(List.copyOf(share));
        share.clear();
        chars = 0;
        if (shares.size() == SHARES) {
          count(shares, counts);
          progress.progress("counting words", done, -1);
        }
      }
    }
    shares.add(share);
    count(shares, counts);
    progress.progress("counting words", done, done);
    return counts;
  }

  private void count(List<List<String>> shares, Map<String, Long> counts) {
    var parts =
        IntStream.range(0, shares.size())
            .parallel()
            .mapToObj(i -> {
              var part = new LinkedHashMap<String, Long>();
              shares.get(i).forEach(text -> count(text, part));
              return part;
            })
            .toList();
    parts.forEach(part -> part.forEach((word, count) -> counts.merge(word, count, Long::sum)));
    shares.clear();
  }

  private void count(String original, Map<String, Long> counts) {
    Text text = Text.of(original);
    var pieces = new Pieces(normalizer == null ? text : normalizer.apply(text));
    if (preTokenizer != null) {
      preTokenizer.apply(pieces);
    }
    char[] chars = pieces.text().chars;
    for (int i = 0; i < pieces.count(); i++) {
      counts.merge(
          new String(chars, pieces.start(i), pieces.end(i) - pieces.start(i)), 1L, Long::sum);
    }
  }
}
