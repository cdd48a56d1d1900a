package io.quoth.tokenizers;

import io.quoth.base.ProgressListener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes tokenizers out of texts: what a trained model needs around it. */
final class Training {
  private final TrainerOptions options;
  private final ProgressListener progress;

  Training(TrainerOptions options, ProgressListener progress) {
    this.options = options;
    this.progress = progress;
  }

  /** The pipeline that is usual for the kind of model. */
  Tokenizer usual(Iterable<String> texts) {
    return switch (options.kind()) {
      case BPE ->
          train(
              texts,
              null,
              new PreTokenizer.ByteLevel(false, true, true),
              new PostProcessor.ByteLevel(true, false, true),
              new Decoder.ByteLevel());
      case WORD_PIECE ->
          train(
              texts,
              new Normalizer.Bert(true, true, null, true),
              new PreTokenizer.Bert(),
              bertProcessing(options.specialTokens()),
              new Decoder.WordPiece(options.prefix(), true));
      case WORD_LEVEL -> train(texts, null, new PreTokenizer.WhitespaceSplit(), null, null);
      case UNIGRAM -> {
        var always = PreTokenizer.PrependScheme.ALWAYS;
        yield train(
            texts,
            new Normalizer.Sequence(
                List.of(
                    new Normalizer.Nmt(),
                    new Normalizer.Form(UnicodeForm.NFKC),
                    new Normalizer.Replace(Matches.Regex.of(" {2,}"), " "))),
            new PreTokenizer.Metaspace(SentencePiece.MARK, always, true),
            null,
            new Decoder.Metaspace(SentencePiece.MARK, always));
      }
    };
  }

  /** Special tokens stand first in a vocabulary, so their places are their ids. */
  private static @Nullable PostProcessor bertProcessing(List<String> specialTokens) {
    int cls = specialTokens.indexOf("[CLS]");
    int sep = specialTokens.indexOf("[SEP]");
    return cls < 0 || sep < 0 ? null : new PostProcessor.Bert("[SEP]", sep, "[CLS]", cls);
  }

  /** Trains a vocabulary for a pipeline. */
  Tokenizer train(
      Iterable<String> texts,
      @Nullable Normalizer normalizer,
      @Nullable PreTokenizer preTokenizer,
      @Nullable PostProcessor postProcessor,
      @Nullable Decoder decoder) {
    var trainer = new Trainer(options, progress);
    Model model = trainer.train(trainer.count(normalizer, preTokenizer, texts));
    var added = new ArrayList<AddedToken>();
    for (String token : options.specialTokens()) {
      added.add(AddedToken.special(model.vocabulary().find(token), token));
    }
    if (model instanceof Unigram unigram && unigram.unknown() >= 0) {
      added.add(AddedToken.special(unigram.unknown(), options.unknownToken()));
    }
    return new Tokenizer(
        new Tokenizer.Parts(
            normalizer,
            preTokenizer,
            model,
            new AddedTokens(AddedTokens.number(added, model.vocabulary()), normalizer),
            postProcessor,
            decoder,
            null,
            null));
  }
}
