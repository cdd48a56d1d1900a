package io.quoth.pipelines;

import io.quoth.base.BadArgumentException;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.Batch;
import io.quoth.kernels.Ops;
import io.quoth.models.EncoderModel;
import io.quoth.models.EncoderOutput;
import io.quoth.models.Task;
import io.quoth.tokenizers.Encoding;
import io.quoth.tokenizers.Tokenizer;
import io.quoth.tokenizers.Truncation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An encoder with its tokenizer, cut to what both allow; what the pipelines of encoders share.
 *
 * @param maxLength tokens of an input at most, special ones included
 */
record TextModel(EncoderModel model, Tokenizer tokenizer, int maxLength) implements AutoCloseable {
  /** Tokens that run together: enough to keep all cores busy, few enough for their caches. */
  private static final int BATCH_TOKENS = 1024;

  static TextModel load(ModelFolder folder, Task task, Ops ops, ProgressListener progress) {
    EncoderModel model = EncoderModel.load(folder, task, ops, progress);
    try {
      Tokenizer tokenizer = Tokenizer.load(folder).withPadding(Optional.empty());
      int ofTokenizer = tokenizer.config().modelMaxLength().orElse(Integer.MAX_VALUE);
      int maxLength = Math.min(model.config().maxLength(), ofTokenizer);
      return new TextModel(
          model, tokenizer.withTruncation(Optional.of(Truncation.to(maxLength))), maxLength);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /** The names of the classes. */
  List<String> labels() {
    return model.config().labels();
  }

  /**
   * The tokens of a text.
   *
   * @throws BadArgumentException when the text is empty
   */
  Encoding encode(String text) {
    if (text.isBlank()) {
      throw new BadArgumentException("a text is empty");
    }
    return tokenizer.encode(text);
  }

  List<Encoding> encode(List<String> texts) {
    return texts.stream().map(this::encode).toList();
  }

  /** What the model is given. */
  record Input(int[] ids, int[] typeIds) {}

  /** Takes what was computed for one input. */
  interface Result {
    /**
     * Takes it.
     *
     * @param input its place among the inputs
     * @param batch where it stands as {@code sequence}
     */
    void take(int input, EncoderOutput output, Batch batch, int sequence);
  }

  /** Runs encodings in batches of some thousand tokens, in order. */
  void run(List<Encoding> encodings, Result result) {
    runInputs(encodings.stream().map(e -> new Input(e.ids(), types(e))).toList(), result);
  }

  /** As {@link #run}. */
  void runInputs(List<Input> inputs, Result result) {
    int from = 0;
    while (from < inputs.size()) {
      var batch = new Batch();
      int to = from;
      while (to < inputs.size()
          && (to == from || batch.tokens() + inputs.get(to).ids().length <= BATCH_TOKENS)) {
        batch.add(inputs.get(to).ids(), inputs.get(to).typeIds(), Batch.Want.ALL);
        to++;
      }
      EncoderOutput output = model.forward(batch);
      for (int i = from; i < to; i++) {
        result.take(i, output, batch, i - from);
      }
      from = to;
    }
  }

  /** What the model is given as token types. */
  int[] types(Encoding encoding) {
    return model.config().typeVocabSize() > 1 ? encoding.typeIds() : new int[encoding.length()];
  }

  /** The one row of logits of each input. */
  List<float[]> sequenceLogits(List<Encoding> inputs) {
    var logits = new ArrayList<float[]>();
    run(inputs, (_, output, _, sequence) -> logits.add(row(output.logits(), sequence)));
    return logits;
  }

  static float[] row(EncoderOutput.Rows rows, int row) {
    int from = row * rows.columns();
    return java.util.Arrays.copyOfRange(rows.values(), from, from + rows.columns());
  }

  @Override
  public void close() {
    model.close();
  }
}
