package io.quoth.tokenizers;

import io.quoth.base.BadArgumentException;
import java.util.List;

/**
 * What a vocabulary is trained to be; the reference's parameters.
 *
 * @param kind which model
 * @param vocabSize how many tokens it may have; the alphabet of byte-pair encoding is kept beyond
 *     it
 * @param minFrequency words or pairs that occur less often are left out
 * @param specialTokens the first tokens, in order
 * @param limitAlphabet how many characters to begin with, the commonest; 0 for all
 * @param initialAlphabet characters (the first of each string) to begin with in any case
 * @param prefix put before characters that continue a word; empty for none
 * @param suffix put after the last character of a word; empty for none
 * @param maxTokenLength merges that come to so many characters beside another are not counted; 0
 *     for no limit
 * @param unknownToken what stands for unknown words or characters; empty for none
 * @param unigram what only unigram models have
 */
public record TrainerOptions(
    Kind kind,
    int vocabSize,
    long minFrequency,
    List<String> specialTokens,
    int limitAlphabet,
    List<String> initialAlphabet,
    String prefix,
    String suffix,
    int maxTokenLength,
    String unknownToken,
    Unigram unigram) {
  /**
   * What only unigram models have.
   *
   * @param shrinkingFactor the share of pieces that is kept each time
   * @param maxPieceLength characters of a piece at most
   * @param subIterations how often probabilities are estimated anew before pieces are dropped
   * @param seedSize how many pieces there are at the beginning at most
   */
  public record Unigram(
      double shrinkingFactor, int maxPieceLength, int subIterations, int seedSize) {
    /** The reference's. */
    public static final Unigram DEFAULT = new Unigram(0.75, 16, 2, 1_000_000);

    /** Checks. */
    public Unigram {
      if (!(shrinkingFactor > 0 && shrinkingFactor < 1)
          || maxPieceLength < 1
          || subIterations < 1
          || seedSize < 1) {
        throw new BadArgumentException(
            "shrinkingFactor must lie between 0 and 1, the others be >= 1: shrinkingFactor="
                + shrinkingFactor
                + " maxPieceLength="
                + maxPieceLength
                + " subIterations="
                + subIterations
                + " seedSize="
                + seedSize);
      }
    }
  }

  /** A kind of model. */
  public enum Kind {
    /** Byte-pair encoding. */
    BPE,
    /** BERT's. */
    WORD_PIECE,
    /** Whole words. */
    WORD_LEVEL,
    /** SentencePiece's: pieces with probabilities. */
    UNIGRAM
  }

  /** Checks. */
  public TrainerOptions {
    if (vocabSize < 1 || minFrequency < 0 || limitAlphabet < 0 || maxTokenLength < 0) {
      throw new BadArgumentException(
          "vocabSize must be > 0, minFrequency, limitAlphabet and maxTokenLength >= 0: vocabSize="
              + vocabSize
              + " minFrequency="
              + minFrequency
              + " limitAlphabet="
              + limitAlphabet
              + " maxTokenLength="
              + maxTokenLength);
    }
    specialTokens = List.copyOf(specialTokens);
    initialAlphabet = List.copyOf(initialAlphabet);
  }

  /** Byte-pair encoding over bytes, GPT-2's way: all 256 of them are there from the start. */
  public static TrainerOptions byteLevelBpe(int vocabSize, List<String> specialTokens) {
    var alphabet = new java.util.ArrayList<String>();
    for (int b = 0; b < 256; b++) {
      alphabet.add(String.valueOf(ByteAlphabet.toChar(b)));
    }
    return new TrainerOptions(
        Kind.BPE, vocabSize, 0, specialTokens, 0, alphabet, "", "", 0, "", Unigram.DEFAULT);
  }

  /** BERT's pieces, which continue with {@code ##}. */
  public static TrainerOptions wordPiece(int vocabSize, List<String> specialTokens) {
    return new TrainerOptions(
        Kind.WORD_PIECE,
        vocabSize,
        0,
        specialTokens,
        0,
        List.of(),
        "##",
        "",
        0,
        "[UNK]",
        Unigram.DEFAULT);
  }

  /** The commonest words. */
  public static TrainerOptions wordLevel(int vocabSize, List<String> specialTokens) {
    return new TrainerOptions(
        Kind.WORD_LEVEL,
        vocabSize,
        0,
        specialTokens,
        0,
        List.of(),
        "",
        "",
        0,
        "[UNK]",
        Unigram.DEFAULT);
  }

  /** SentencePiece's pieces with probabilities. */
  public static TrainerOptions unigram(int vocabSize, List<String> specialTokens) {
    return new TrainerOptions(
        Kind.UNIGRAM,
        vocabSize,
        0,
        specialTokens,
        0,
        List.of(),
        "",
        "",
        0,
        "<unk>",
        Unigram.DEFAULT);
  }

  /** The same, leaving out what occurs less often. */
  public TrainerOptions minFrequency(long times) {
    return new TrainerOptions(
        kind,
        vocabSize,
        times,
        specialTokens,
        limitAlphabet,
        initialAlphabet,
        prefix,
        suffix,
        maxTokenLength,
        unknownToken,
        unigram);
  }
}
