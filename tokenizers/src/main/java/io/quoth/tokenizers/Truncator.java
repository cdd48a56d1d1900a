package io.quoth.tokenizers;

import io.quoth.base.BadArgumentException;
import java.util.List;

/**
 * Cuts one text or two to what a {@link Truncation} allows (the reference's truncate_encodings).
 */
final class Truncator {
  private Truncator() {}

  /**
   * Cuts.
   *
   * @param added special tokens that will come to it
   */
  static void truncate(List<Draft> texts, Truncation truncation, int added) {
    int max = truncation.maxLength() - added;
    if (max < 0) {
      return; // the reference counts without a sign here, so that everything fits
    }
    int stride = truncation.stride();
    Direction direction = truncation.direction();
    if (max == 0) {
      texts.forEach(text -> text.truncate(0, stride, direction));
      return;
    }
    int total = texts.stream().mapToInt(Draft::length).sum();
    int excess = total - max;
    if (excess <= 0) {
      return;
    }
    switch (truncation.strategy()) {
      case LONGEST_FIRST -> {
        if (texts.size() == 1) {
          cut(texts.get(0), max, truncation);
        } else {
          longestFirst(texts.get(0), texts.get(1), max, truncation);
        }
      }
      case ONLY_FIRST -> only(texts.get(0), excess, truncation);
      case ONLY_SECOND -> {
        if (texts.size() < 2) {
          throw new BadArgumentException(
              "only the second text may be cut, but there is no second text");
        }
        only(texts.get(1), excess, truncation);
      }
    }
  }

  private static void only(Draft text, int excess, Truncation truncation) {
    if (text.length() <= excess) {
      throw new BadArgumentException(
          excess
              + " tokens must go, but the text that may be cut has only "
              + text.length()
              + "; allow a longer maxLength or another strategy");
    }
    cut(text, text.length() - excess, truncation);
  }

  private static void longestFirst(Draft first, Draft second, int max, Truncation truncation) {
    boolean swap = first.length() > second.length();
    int shorter = swap ? second.length() : first.length();
    int longer = shorter > max ? shorter : Math.max(shorter, max - shorter);
    if (shorter + longer > max) {
      shorter = max / 2;
      longer = shorter + max % 2;
    }
    cut(first, swap ? longer : shorter, truncation);
    cut(second, swap ? shorter : longer, truncation);
  }

  private static void cut(Draft text, int max, Truncation truncation) {
    if (max < text.length() && max > 0 && truncation.stride() >= max) {
      throw new BadArgumentException(
          "the stride of "
              + truncation.stride()
              + " must be smaller than the "
              + max
              + " tokens that a text may have");
    }
    text.truncate(max, truncation.stride(), truncation.direction());
  }
}
