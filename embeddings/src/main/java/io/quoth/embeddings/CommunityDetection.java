package io.quoth.embeddings;

import io.quoth.base.BadArgumentException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Finds groups of embeddings that lie close around one of them, without being told how many there
 * are. Follows {@code sentence_transformers.util.community_detection}.
 */
public final class CommunityDetection {
  private CommunityDetection() {}

  private record Member(int row, float score) {}

  /** As {@link #detect(float[][], float, int)} with the reference's settings: 0.75 and 10. */
  public static List<List<Integer>> detect(float[][] embeddings) {
    return detect(embeddings, 0.75f, 10);
  }

  /**
   * The communities, largest first. Each is the rows whose cosine with a central one reaches the
   * threshold, in falling order, less those that a larger community took before; no row is in two.
   *
   * @param embeddings [n, dimension]
   * @param threshold least cosine with the centre
   * @param minCommunitySize communities below are dropped
   * @throws BadArgumentException when rows differ in length, a number is not finite, or the size is
   *     below 1
   */
  public static List<List<Integer>> detect(
      float[][] embeddings, float threshold, int minCommunitySize) {
    Rows.dimension("the embeddings", embeddings);
    if (minCommunitySize < 1) {
      throw new BadArgumentException(
          "minCommunitySize is " + minCommunitySize + "; it must be at least 1");
    }
    int least = Math.min(minCommunitySize, embeddings.length);
    var candidates = candidates(Rows.normalized(embeddings), threshold, least);
    boolean[] taken = new boolean[embeddings.length];
    var communities = new ArrayList<int[]>();
    for (int[] candidate : candidates) {
      int[] left = Arrays.stream(candidate).filter(row -> !taken[row]).toArray();
      if (left.length >= least) {
        communities.add(left);
        for (int row : left) {
          taken[row] = true;
        }
      }
    }
    communities.sort(largestFirst());
    return communities.stream().map(rows -> Arrays.stream(rows).boxed().toList()).toList();
  }

  /** The neighbourhood of every row that has one, largest first, equal ones by their centre. */
  private static List<int[]> candidates(float[][] rows, float threshold, int least) {
    var members = new ArrayList<List<Member>>();
    for (int row = 0; row < rows.length; row++) {
      members.add(new ArrayList<>());
    }
    ScoreBlocks.visit(
        rows,
        0,
        rows.length,
        rows,
        0,
        rows.length,
        Similarity.COSINE,
        (query, firstRow, scores, count) -> {
          for (int i = 0; i < count; i++) {
            if (scores[i] >= threshold) {
              members.get(query).add(new Member(firstRow + i, scores[i]));
            }
          }
        });
    var candidates = new ArrayList<int[]>();
    for (var community : members) {
      if (community.size() >= least) {
        community.sort(Comparator.comparingDouble((Member member) -> -member.score));
        candidates.add(community.stream().mapToInt(Member::row).toArray());
      }
    }
    candidates.sort(largestFirst());
    return candidates;
  }

  private static Comparator<int[]> largestFirst() {
    return Comparator.comparingInt((int[] rows) -> -rows.length);
  }
}
