package io.quoth.embeddings;

import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.base.UnsupportedModelException;
import io.quoth.embeddings.TextTokenizer.Tokens;
import io.quoth.kernels.Batch;
import io.quoth.kernels.Ops;
import io.quoth.models.EncoderModel;
import io.quoth.models.EncoderOutput;
import io.quoth.models.Task;
import io.quoth.tokenizers.TextInput;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** A transformer body: tokens to the last hidden state of each. */
record TransformerStage(String type, TextTokenizer tokenizer, EncoderModel model)
    implements InputStage {

  /** Loads the body of a folder, with the head of a task. */
  static TransformerStage load(
      String type, ModelFolder folder, Task task, Supplier<Ops> ops, ProgressListener progress) {
    Json settings = SentenceFolder.bodySettings(folder);
    var modalities = settings.find("modality_config");
    if (modalities.isPresent()) {
      String method =
          modalities.get().find("text").map(text -> text.getString("method", "forward")).orElse("");
      if (!method.equals("forward")) {
        throw new UnsupportedModelException(
            modalities.get().place()
                + ": expected the modality text with method forward; found "
                + modalities.get());
      }
    }
    var tokenizer = TextTokenizer.ofBody(folder);
    return new TransformerStage(
        type, tokenizer, EncoderModel.load(folder, task, ops.get(), progress));
  }

  @Override
  public List<Tokens> tokenize(List<TextInput> texts) {
    return tokenizer.tokenize(texts);
  }

  @Override
  public OptionalInt maxLength() {
    return tokenizer.maxLength();
  }

  @Override
  public int promptLength(String prompt) {
    return tokenizer.promptLength(prompt);
  }

  @Override
  public void forward(Features features) {
    Batch batch = batch(features.texts, Batch.Want.NONE);
    features.width = model.config().hiddenSize();
    if (batch.tokens() > 0) {
      features.tokens = model.forward(batch).lastHiddenState().values();
    }
  }

  /** The outputs of the model's head. */
  EncoderOutput run(List<Tokens> texts) {
    return model.forward(batch(texts, Batch.Want.ALL));
  }

  private Batch batch(List<Tokens> texts, Batch.Want want) {
    var batch = new Batch();
    boolean types = model.config().typeVocabSize() > 1;
    for (Tokens text : texts) {
      if (text.ids().length > 0) {
        batch.add(text.ids(), types ? text.typeIds() : new int[text.ids().length], want);
      }
    }
    return batch;
  }

  @Override
  public int dimension(int in) {
    return model.config().hiddenSize();
  }

  @Override
  public void close() {
    model.close();
  }
}
