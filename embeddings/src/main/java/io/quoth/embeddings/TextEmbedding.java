package io.quoth.embeddings;

/**
 * One text of a stream with its embedding.
 *
 * @param vector [dimension]; the caller's own
 * @param tokens how many tokens the model saw
 * @param truncated whether the text was longer than the model takes, and cut off
 */
public record TextEmbedding(String text, float[] vector, int tokens, boolean truncated) {}
