/**
 * The embedded default model for embeddings: all-MiniLM-L6-v2, quantised to Q8_0 (the card is
 * {@code README.md} beside the weights). Present on the class path it is found under the name
 * {@code all-MiniLM-L6-v2}; the Hub's f32 is {@code sentence-transformers/all-MiniLM-L6-v2}.
 */
package io.quoth.minilm;
