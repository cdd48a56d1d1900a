package io.quoth.embeddings;

import io.quoth.embeddings.TextTokenizer.Tokens;
import io.quoth.tokenizers.TextInput;
import java.util.List;
import java.util.OptionalInt;

/** The first stage of a chain: it knows how texts become tokens. */
interface InputStage extends Stage {
  /** Texts to tokens, on all cores. */
  List<Tokens> tokenize(List<TextInput> texts);

  /** Tokens of a text at most; empty for no limit. */
  OptionalInt maxLength();

  /** How many leading tokens a prompt makes. */
  int promptLength(String prompt);

  /** What splits texts as this does. */
  TextTokenizer tokenizer();
}
