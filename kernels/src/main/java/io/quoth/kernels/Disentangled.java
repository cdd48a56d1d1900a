package io.quoth.kernels;

import org.jspecify.annotations.Nullable;

/**
 * What a token is and where it stands looked at apart (He et al. 2021, DeBERTa). Two products are
 * added to that of query and key before the scale: of the query with the key of the distance, and
 * of the key with the query of the distance.
 *
 * @param keys keys of distances, [rows, heads * headSize], or null for no such product
 * @param queries queries of distances, the same shape, or null
 * @param reach the farthest distance with a row of its own
 * @param rows the row of each distance from -reach to reach, [2 * reach + 1]; not to be changed
 */
public record Disentangled(
    @Nullable Embedding keys, @Nullable Embedding queries, int reach, int[] rows)
    implements ScoreBias {}
