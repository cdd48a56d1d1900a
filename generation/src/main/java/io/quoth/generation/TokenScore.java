package io.quoth.generation;

/**
 * How likely a token was, in natural logarithms.
 *
 * @param id the token
 * @param logProbability by the model's logits alone
 * @param processedLogProbability behind all processors, which is what was chosen from; negative
 *     infinity for a token that they removed
 */
public record TokenScore(int id, double logProbability, double processedLogProbability) {}
