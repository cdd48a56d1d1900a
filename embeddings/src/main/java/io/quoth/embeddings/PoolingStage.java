package io.quoth.embeddings;

import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import io.quoth.base.UnsupportedModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Embeddings of tokens to one of the text.
 *
 * @param width numbers a token
 * @param modes what stands side by side in the result
 * @param includePrompt whether the tokens of a prompt count
 */
record PoolingStage(int width, List<Mode> modes, boolean includePrompt) implements Stage {

  /** The booleans of older configurations, in the order of their results. */
  private static final Map<Mode, String> OLDER =
      new EnumMap<>(
          Map.of(
              Mode.CLS, "pooling_mode_cls_token",
              Mode.MAX, "pooling_mode_max_tokens",
              Mode.MEAN, "pooling_mode_mean_tokens",
              Mode.MEAN_SQRT_LEN_TOKENS, "pooling_mode_mean_sqrt_len_tokens",
              Mode.WEIGHTEDMEAN, "pooling_mode_weightedmean_tokens",
              Mode.LASTTOKEN, "pooling_mode_lasttoken"));

  /** What of the tokens is taken. */
  enum Mode {
    /** The first. */
    CLS,
    /** The greatest of each column. */
    MAX,
    /** The mean. */
    MEAN,
    /** The sum by the root of their number. */
    MEAN_SQRT_LEN_TOKENS,
    /** The mean, weighted by place: 1, 2, 3, … */
    WEIGHTEDMEAN,
    /** The last. */
    LASTTOKEN
  }

  /** Checks that there is something to pool. */
  PoolingStage {
    modes = List.copyOf(modes);
  }

  static PoolingStage read(Json config) {
    int width =
        config
            .find("embedding_dimension")
            .or(() -> config.find("word_embedding_dimension"))
            .orElseThrow(() -> config.error("has no \"embedding_dimension\""))
            .asInt();
    var modes = new ArrayList<Mode>();
    var stated = config.find("pooling_mode");
    if (stated.isPresent() && stated.get().isArray()) {
      stated.get().items().forEach(mode -> modes.add(mode(mode)));
    } else if (stated.isPresent()) {
      modes.add(mode(stated.get()));
    } else {
      for (var older : OLDER.entrySet()) {
        // A file that does not say means the mean.
        if (config.getBoolean(older.getValue(), older.getKey() == Mode.MEAN)) {
          modes.add(older.getKey());
        }
      }
    }
    if (modes.isEmpty()) {
      throw config.error("names no pooling mode");
    }
    return new PoolingStage(width, modes, config.getBoolean("include_prompt", true));
  }

  private static Mode mode(Json name) {
    for (Mode mode : Mode.values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(name.asString())) {
        return mode;
      }
    }
    throw new UnsupportedModelException(
        name.place()
            + ": pooling mode \""
            + name.asString()
            + "\" is not supported; supported are "
            + Arrays.toString(Mode.values()).toLowerCase(Locale.ROOT));
  }

  @Override
  public String type() {
    return "Pooling";
  }

  @Override
  public void forward(Features f) {
    for (int i = 0; i < f.sentences.length; i++) {
      int start = f.starts[i];
      int end = f.starts[i + 1];
      // A prompt longer than the text's share leaves nothing; then the first token stands for it.
      int skip = includePrompt ? 0 : Math.min(f.promptLength, end - start);
      f.sentences[i] = pool(f, start, start + skip, end);
    }
  }

  /** Pools rows {@code from} to {@code end} of a text that begins at {@code start}. */
  private float[] pool(Features f, int start, int from, int end) {
    float[] result = new float[modes.size() * f.width];
    int rows = end - from;
    for (int m = 0; m < modes.size(); m++) {
      int at = m * f.width;
      switch (modes.get(m)) {
        case CLS -> copy(f, rows > 0 ? from : start, end, result, at);
        case LASTTOKEN -> copy(f, rows > 0 ? end - 1 : start, end, result, at);
        case MAX -> max(f, from, end, result, at);
        case MEAN -> sum(f, start, from, end, false, Math.max(rows, 1e-9f), result, at);
        case MEAN_SQRT_LEN_TOKENS -> {
          float root = (float) Math.sqrt(Math.max(rows, 1e-9f));
          sum(f, start, from, end, false, root, result, at);
        }
        case WEIGHTEDMEAN -> {
          double weights = 0;
          for (int r = from; r < end; r++) {
            weights += r - start + 1;
          }
          sum(f, start, from, end, true, Math.max((float) weights, 1e-9f), result, at);
        }
      }
    }
    return result;
  }

  private static void copy(Features f, int row, int end, float[] into, int at) {
    if (row < end) {
      System.arraycopy(f.tokens, row * f.width, into, at, f.width);
    }
  }

  private static void max(Features f, int from, int end, float[] into, int at) {
    copy(f, from, end, into, at);
    for (int r = from + 1; r < end; r++) {
      for (int i = 0; i < f.width; i++) {
        into[at + i] = Math.max(into[at + i], f.tokens[r * f.width + i]);
      }
    }
  }

  private static void sum(
      Features f,
      int start,
      int from,
      int end,
      boolean weighted,
      float divisor,
      float[] into,
      int at) {
    for (int r = from; r < end; r++) {
      float weight = weighted ? r - start + 1 : 1;
      for (int i = 0; i < f.width; i++) {
        into[at + i] += weight * f.tokens[r * f.width + i];
      }
    }
    for (int i = at; i < at + f.width; i++) {
      into[i] /= divisor;
    }
  }

  @Override
  public int dimension(int in) {
    if (in != width) {
      throw new BadFileException(
          "Pooling is made for " + width + " numbers a token, but gets " + in);
    }
    return Math.multiplyExact(width, modes.size());
  }
}
