package io.quoth.tokenizers;

/**
 * How a text is encoded.
 *
 * @param addSpecialTokens whether the post-processor adds its special tokens
 * @param specialTokens what becomes of special tokens that stand in the text
 */
public record EncodeOptions(boolean addSpecialTokens, SpecialTokens specialTokens) {
  /** What becomes of special tokens that stand in the text. */
  public enum SpecialTokens {
    /** They become what they say. For text that the program wrote itself. */
    ALLOWED,
    /** They are text like any other. For text that users wrote. */
    TEXT,
    /** They are refused. */
    FORBIDDEN
  }

  /** Special tokens are added, and recognised in the text: what the reference does. */
  public static final EncodeOptions DEFAULT = new EncodeOptions(true, SpecialTokens.ALLOWED);

  /** Only the text: nothing is added. */
  public static final EncodeOptions PLAIN = new EncodeOptions(false, SpecialTokens.ALLOWED);

  /** The same, adding special tokens or not. */
  public EncodeOptions withSpecialTokens(boolean add) {
    return new EncodeOptions(add, specialTokens);
  }

  /** The same, with special tokens in the text treated so. */
  public EncodeOptions with(SpecialTokens treatment) {
    return new EncodeOptions(addSpecialTokens, treatment);
  }
}
