package io.quoth.tokenizers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An encoding in the making: stretches of tokens and special tokens end to end, the ranges that the
 * texts have in it, and what was cut off. Follows what the reference does to its {@code Encoding}.
 */
final class Draft {
  private final List<Part> parts = new ArrayList<>();
  private final Map<Integer, Span> sequences = new TreeMap<>();
  private List<Draft> overflow = new ArrayList<>();
  private int length;

  /**
   * A stretch.
   *
   * @param tokens the tokens it is of, or null for special ones
   * @param trims whether blanks are trimmed from the ranges, once for each element, which says
   *     whether one blank was put in front
   * @param base where it stood in the encoding when it was trimmed
   */
  private record Part(
      @Nullable Tokens tokens,
      int from,
      int to,
      int type,
      List<Boolean> trims,
      int base,
      int[] ids,
      List<String> texts,
      boolean padding) {
    int length() {
      return to - from;
    }

    /** Whether any of the special tokens reads otherwise than its id says. */
    boolean readsOtherwise(Tokenizer tokenizer) {
      for (int i = 0; i < length(); i++) {
        if (!texts.get(i).equals(tokenizer.text(ids[i]))) {
          return true;
        }
      }
      return false;
    }

    Part withType(int type) {
      return new Part(tokens, from, to, type, trims, base, ids, texts, padding);
    }

    Part trimmed(boolean prefix, int base) {
      var more = new ArrayList<>(trims);
      more.add(prefix);
      return new Part(tokens, from, to, type, more, base, ids, texts, padding);
    }
  }

  /** A stretch of a text's tokens. */
  static Draft of(Tokens tokens, int from, int to, int type) {
    var draft = new Draft();
    draft.append(new Part(tokens, from, to, type, List.of(), 0, new int[0], List.of(), false));
    return draft;
  }

  /** Special tokens. */
  static Draft special(int[] ids, List<String> texts, int type) {
    var draft = new Draft();
    draft.append(new Part(null, 0, ids.length, type, List.of(), 0, ids, texts, false));
    return draft;
  }

  private void append(Part part) {
    parts.add(part);
    length += part.length();
  }

  int length() {
    return length;
  }

  List<Draft> overflow() {
    return overflow;
  }

  /** Says that all of this is text {@code id}. */
  void sequence(int id) {
    sequences.put(id, new Span(0, length));
  }

  /** Says that {@code range} of this is text {@code id}, and nothing else is any. */
  void onlySequence(int id, Span range) {
    sequences.clear();
    sequences.put(id, range);
  }

  /** Sets all type ids. */
  void types(int type) {
    parts.replaceAll(part -> part.withType(type));
  }

  /** Trims blanks from the ranges of the tokens, here and in what was cut off. */
  void trim(boolean prefix) {
    int at = 0;
    for (int i = 0; i < parts.size(); i++) {
      parts.set(i, parts.get(i).trimmed(prefix, at));
      at += parts.get(i).length();
    }
    overflow.forEach(draft -> draft.trim(prefix));
  }

  /** Puts special tokens around this and around what was cut off. */
  Draft wrapped(@Nullable Draft before, @Nullable Draft after, int sequence) {
    var whole = new Draft();
    if (before != null) {
      whole.parts.addAll(before.parts);
      whole.length += before.length;
    }
    int start = whole.length;
    whole.parts.addAll(parts);
    whole.length += length;
    if (after != null) {
      whole.parts.addAll(after.parts);
      whole.length += after.length;
    }
    whole.onlySequence(sequence, new Span(start, start + length));
    for (Draft cut : overflow) {
      whole.overflow.add(cut.wrapped(before, after, sequence));
    }
    return whole;
  }

  /** Cuts to {@code max} tokens; the rest becomes windows of that length. */
  void truncate(int max, int stride, Direction direction) {
    if (max >= length) {
      return;
    }
    Part whole = parts.get(0);
    var windows = new ArrayList<Span>();
    if (max == 0) {
      Draft all =
          of(java.util.Objects.requireNonNull(whole.tokens), whole.from, whole.to, whole.type);
      all.sequences.putAll(sequences);
      parts.set(0, slice(whole, 0, 0));
      sequences.clear();
      overflow.add(all);
      length = 0;
      return;
    }
    int step = max - stride;
    if (direction == Direction.RIGHT) {
      for (int start = 0; ; start += step) {
        int stop = Math.min(start + max, length);
        windows.add(new Span(start, stop));
        if (stop == length) {
          break;
        }
      }
    } else {
      for (int stop = length; stop > 0; stop -= step) {
        int start = Math.max(0, stop - max);
        windows.add(new Span(start, stop));
        if (start == 0) {
          break;
        }
      }
    }
    sequences.clear();
    overflow = new ArrayList<>();
    for (int i = 1; i < windows.size(); i++) {
      var cut = new Draft();
      cut.append(slice(whole, windows.get(i).start(), windows.get(i).end()));
      overflow.add(cut);
    }
    parts.set(0, slice(whole, windows.get(0).start(), windows.get(0).end()));
    length = parts.get(0).length();
  }

  private static Part slice(Part part, int start, int end) {
    return new Part(
        part.tokens,
        part.from + start,
        part.from + end,
        part.type,
        part.trims,
        part.base,
        part.ids,
        part.texts,
        part.padding);
  }

  /** One that can be changed without changing this. */
  Draft copy() {
    var copy = new Draft();
    copy.take(this);
    for (Draft cut : overflow) {
      copy.overflow.add(cut.copy());
    }
    return copy;
  }

  /** Puts {@code other} behind this; windows combine with windows. */
  void merge(Draft other) {
    var combined = new ArrayList<Draft>();
    for (Draft cut : overflow) {
      combined.add(cut.joined(other));
      for (Draft otherCut : other.overflow) {
        combined.add(cut.joined(otherCut));
      }
    }
    for (Draft otherCut : other.overflow) {
      combined.add(joined(otherCut));
    }
    overflow = combined;
    take(other);
  }

  private Draft joined(Draft other) {
    var both = new Draft();
    both.take(this);
    both.take(other);
    return both;
  }

  private void take(Draft other) {
    int before = length;
    parts.addAll(other.parts);
    length += other.length;
    other.sequences.forEach(
        (id, range) -> sequences.put(id, new Span(before + range.start(), before + range.end())));
  }

  /** Pads this and what was cut off. */
  void pad(int target, Padding padding) {
    overflow.forEach(cut -> cut.pad(target, padding));
    int missing = target - length;
    if (missing <= 0) {
      return;
    }
    var ids = new int[missing];
    java.util.Arrays.fill(ids, padding.padId());
    var part =
        new Part(
            null,
            0,
            missing,
            padding.padTypeId(),
            List.of(),
            0,
            ids,
            java.util.Collections.nCopies(missing, padding.padToken()),
            true);
    length = target;
    if (padding.direction() == Direction.RIGHT) {
      parts.add(part);
    } else {
      parts.add(0, part);
      sequences.replaceAll((_, range) -> new Span(range.start() + missing, range.end() + missing));
    }
  }

  /** The ids alone. */
  int[] ids() {
    var ids = new int[length];
    int at = 0;
    for (Part part : parts) {
      int[] from = part.tokens == null ? part.ids : part.tokens.ids;
      System.arraycopy(from, part.from, ids, at, part.length());
      at += part.length();
    }
    return ids;
  }

  /** The encoding. */
  Encoding build(Tokenizer tokenizer, boolean cut) {
    var built = new ArrayList<Encoding>(overflow.size());
    for (Draft draft : overflow) {
      built.add(draft.build(tokenizer, true));
    }
    boolean points = false;
    boolean texts = false;
    for (Part part : parts) {
      points |= part.tokens != null && part.tokens.hasPoints();
      texts |= part.tokens == null ? part.readsOtherwise(tokenizer) : part.tokens.hasTexts();
    }
    var arrays = new Encoding.Arrays(length, points, texts);
    var stretches = new Encoding.Stretch[parts.size()];
    int at = 0;
    for (int i = 0; i < stretches.length; i++) {
      Part part = parts.get(i);
      if (part.tokens == null) {
        fillSpecial(part, at, arrays);
      } else {
        fill(part, part.tokens, at, arrays, tokenizer);
      }
      at += part.length();
      stretches[i] = new Encoding.Stretch(at, part.type, part.tokens == null, part.padding);
    }
    return new Encoding(
        arrays, List.of(stretches), sequenceRanges(), List.copyOf(built), tokenizer, cut);
  }

  private static void fillSpecial(Part part, int at, Encoding.Arrays arrays) {
    for (int i = 0; i < part.length(); i++) {
      arrays.ids[at + i] = part.ids[i];
      arrays.words[at + i] = -1;
      if (arrays.texts.length > 0) {
        arrays.texts[at + i] = part.texts.get(i);
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // one array may serve for both
  private static void fill(
      Part part, Tokens tokens, int at, Encoding.Arrays arrays, Tokenizer tokenizer) {
    int n = part.length();
    int from = part.from;
    System.arraycopy(tokens.ids, from, arrays.ids, at, n);
    System.arraycopy(tokens.words, from, arrays.words, at, n);
    System.arraycopy(tokens.starts, from, arrays.starts, at, n);
    System.arraycopy(tokens.ends, from, arrays.ends, at, n);
    if (arrays.pointStarts != arrays.starts) {
      boolean points = tokens.hasPoints();
      System.arraycopy(
          points ? tokens.pointStarts : tokens.starts, from, arrays.pointStarts, at, n);
      System.arraycopy(points ? tokens.pointEnds : tokens.ends, from, arrays.pointEnds, at, n);
    }
    if (tokens.hasTexts()) {
      for (int i = 0; i < n; i++) {
        arrays.texts[at + i] = tokens.text(from + i);
      }
    }
    for (boolean prefix : part.trims) {
      trim(part, tokens, at, arrays, tokenizer, prefix);
    }
  }

  @SuppressWarnings("ReferenceEquality") // one array may serve for both
  private static void trim(
      Part part,
      Tokens tokens,
      int at,
      Encoding.Arrays arrays,
      Tokenizer tokenizer,
      boolean prefix) {
    Blanks blanks = tokenizer.blanks();
    for (int i = 0; i < part.length(); i++) {
      String text = tokens.text(part.from + i);
      int id = tokens.ids[part.from + i];
      int leading = text == null ? blanks.leading(id) : Blanks.leading(text);
      int trailing = text == null ? blanks.trailing(id) : Blanks.trailing(text);
      if (leading == 0 && trailing == 0) {
        continue;
      }
      trim(arrays.starts, arrays.ends, at + i, part.base + i, leading, trailing, prefix);
      if (arrays.pointStarts != arrays.starts) {
        trim(
            arrays.pointStarts, arrays.pointEnds, at + i, part.base + i, leading, trailing, prefix);
      }
    }
  }

  private static void trim(
      int[] starts, int[] ends, int k, int index, int leading, int trailing, boolean prefix) {
    if (leading > 0) {
      boolean first = index == 0 || starts[k] == 0;
      int by = first && prefix && leading == 1 ? 0 : leading;
      starts[k] = Math.min(starts[k] + by, ends[k]);
    }
    if (trailing > 0 && ends[k] >= trailing) {
      ends[k] = Math.max(ends[k] - trailing, starts[k]);
    }
  }

  /**
   * The reference counts the ranges, and asks for as many texts from 0 on; one without a range is
   * everything.
   */
  private List<Span> sequenceRanges() {
    var ranges = new Span[Math.max(1, sequences.size())];
    for (int id = 0; id < ranges.length; id++) {
      Span range = sequences.get(id);
      ranges[id] = range == null ? new Span(0, length) : range;
    }
    return List.of(ranges);
  }
}
