package io.quoth.tokenizers;

import io.quoth.base.BadFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Puts special tokens around the texts, sets types and mends ranges. Immutable. */
sealed interface PostProcessor {
  /** How many special tokens come to one text, or to two. */
  int added(boolean pair);

  /** The pieces of the encoding, to be put end to end, out of one or two texts. */
  List<Draft> process(List<Draft> texts, boolean addSpecial);

  /** One after the other. */
  record Sequence(List<PostProcessor> parts) implements PostProcessor {
    @Override
    public int added(boolean pair) {
      return parts.stream().mapToInt(part -> part.added(pair)).sum();
    }

    @Override
    public List<Draft> process(List<Draft> texts, boolean addSpecial) {
      for (PostProcessor part : parts) {
        texts = part.process(texts, addSpecial);
      }
      return texts;
    }
  }

  /** {@code [CLS] A [SEP] B [SEP]}. */
  record Bert(String sep, int sepId, String cls, int clsId) implements PostProcessor {
    @Override
    public int added(boolean pair) {
      return pair ? 3 : 2;
    }

    @Override
    public List<Draft> process(List<Draft> texts, boolean addSpecial) {
      if (!addSpecial) {
        return texts;
      }
      var out = new ArrayList<Draft>();
      for (int i = 0; i < texts.size(); i++) {
        Draft end = one(sep, sepId, i == 0 ? 0 : 1);
        out.add(texts.get(i).wrapped(i == 0 ? one(cls, clsId, 0) : null, end, i == 0 ? 0 : 1));
      }
      return out;
    }
  }

  /** {@code <s> A </s> </s> B </s>}, all of type 0. */
  record Roberta(
      String sep, int sepId, String cls, int clsId, boolean trimOffsets, boolean addPrefixSpace)
      implements PostProcessor {
    @Override
    public int added(boolean pair) {
      return pair ? 4 : 2;
    }

    @Override
    public List<Draft> process(List<Draft> texts, boolean addSpecial) {
      if (trimOffsets) {
        texts.forEach(text -> text.trim(addPrefixSpace));
      }
      texts.forEach(text -> text.types(0));
      if (!addSpecial) {
        return texts;
      }
      texts.forEach(text -> text.overflow().forEach(cut -> cut.types(0)));
      var out = new ArrayList<Draft>();
      for (int i = 0; i < texts.size(); i++) {
        Draft begin = i == 0 ? one(cls, clsId, 0) : one(sep, sepId, 0);
        out.add(texts.get(i).wrapped(begin, one(sep, sepId, 0), i == 0 ? 0 : 1));
      }
      return out;
    }
  }

  /** Trims blanks from the ranges. */
  record ByteLevel(boolean addPrefixSpace, boolean trimOffsets, boolean useRegex)
      implements PostProcessor {
    @Override
    public int added(boolean pair) {
      return 0;
    }

    @Override
    public List<Draft> process(List<Draft> texts, boolean addSpecial) {
      if (trimOffsets) {
        texts.forEach(text -> text.trim(addPrefixSpace));
      }
      for (int i = 0; i < texts.size(); i++) {
        texts.get(i).sequence(i);
      }
      return texts;
    }
  }

  /** A special token of a template, which may stand for several ids. */
  record Special(List<Integer> ids, List<String> tokens) {}

  /** A place of a template: a text (0 or 1) or a special token. */
  sealed interface Piece {
    int type();

    /** A text. */
    record Text(int sequence, int type) implements Piece {}

    /** A special token by its name. */
    record Name(String name, int type) implements Piece {}
  }

  /** Texts and special tokens as a list says. */
  record Template(List<Piece> single, List<Piece> pair, Map<String, Special> specials)
      implements PostProcessor {
    /** A token before, and one behind, each text; none where the id is negative. */
    static Template around(int bos, String bosToken, int eos, String eosToken) {
      var single = new ArrayList<Piece>();
      var pair = new ArrayList<Piece>();
      for (int text = 0; text < 2; text++) {
        if (bos >= 0) {
          pair.add(new Piece.Name(bosToken, text));
        }
        pair.add(new Piece.Text(text, text));
        if (eos >= 0) {
          pair.add(new Piece.Name(eosToken, text));
        }
        if (text == 0) {
          single.addAll(pair);
        }
      }
      var specials = new java.util.HashMap<String, Special>();
      if (bos >= 0) {
        specials.put(bosToken, new Special(List.of(bos), List.of(bosToken)));
      }
      if (eos >= 0) {
        specials.put(eosToken, new Special(List.of(eos), List.of(eosToken)));
      }
      return new Template(List.copyOf(single), List.copyOf(pair), Map.copyOf(specials));
    }

    @Override
    public int added(boolean two) {
      int n = 0;
      for (Piece piece : two ? pair : single) {
        if (piece instanceof Piece.Name(String name, _)) {
          Special special = specials.get(name);
          n += special == null ? 0 : special.ids.size();
        }
      }
      return n;
    }

    @Override
    public List<Draft> process(List<Draft> texts, boolean addSpecial) {
      if (texts.size() > 2) {
        throw new BadFileException(
            "the post-processor has a template behind another one, which has no meaning");
      }
      var out = new ArrayList<Draft>();
      for (Piece piece : texts.size() == 2 ? pair : single) {
        // No switch over patterns: the JDK links one anew at every start, for milliseconds.
        if (piece instanceof Piece.Text(int sequence, int type)) {
          if (sequence >= texts.size()) {
            throw new BadFileException(
                "the template for one text asks for a second one, and there is none");
          }
          Draft text = texts.get(sequence);
          text.types(type);
          text.sequence(sequence);
          out.add(text.copy());
        } else if (addSpecial && piece instanceof Piece.Name(String name, int type)) {
          Special special = specials.get(name);
          if (special == null) {
            throw new BadFileException(
                "the template uses \""
                    + name
                    + "\", which is not among its special_tokens: "
                    + specials.keySet());
          }
          out.add(
              Draft.special(
                  special.ids.stream().mapToInt(Integer::intValue).toArray(),
                  special.tokens,
                  type));
        }
      }
      return out;
    }
  }

  private static Draft one(String token, int id, int type) {
    return Draft.special(new int[] {id}, List.of(token), type);
  }
}
