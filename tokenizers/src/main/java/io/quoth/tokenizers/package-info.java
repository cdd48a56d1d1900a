/**
 * Text to ids and back. {@link io.quoth.tokenizers.Tokenizer} is the door; behind it the stages of
 * the pipeline, a file each: {@code AddedTokens}, {@code Normalizer}, {@code PreTokenizer}, {@code
 * Model} ({@code Bpe}, {@code WordPiece}, {@code WordLevel}, {@code Unigram}), {@code Truncator},
 * {@code PostProcessor}, {@code Decoder}. A {@code Text} carries, through all of them, the place in
 * the original that each char came from. Readers: {@code TokenizerJson}, {@code Tiktoken}, {@code
 * TokenizerFiles}. Start at {@code Tokenizer.encode}.
 */
package io.quoth.tokenizers;
