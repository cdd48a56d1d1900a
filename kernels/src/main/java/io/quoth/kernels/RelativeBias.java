package io.quoth.kernels;

/**
 * A number for each head and distance, added to the scaled score (Shaw et al. 2018; MPNet, T5).
 *
 * @param table [rows, heads]
 * @param reach the farthest distance with a row of its own
 * @param rows the row of each distance from -reach to reach, [2 * reach + 1]; not to be changed
 */
public record RelativeBias(Embedding table, int reach, int[] rows) implements ScoreBias {}
