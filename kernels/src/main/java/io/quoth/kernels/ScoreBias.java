package io.quoth.kernels;

/**
 * What encoders add to the scores of attention besides the product of query and key: it depends on
 * the distance of two tokens, the position looked at less the position looking.
 */
public sealed interface ScoreBias permits RelativeBias, Disentangled {
  /** Distances beyond it, to either side, count as this. */
  int reach();

  /** The row of each distance from -reach to reach in the tables of this; not to be changed. */
  int[] rows();
}
