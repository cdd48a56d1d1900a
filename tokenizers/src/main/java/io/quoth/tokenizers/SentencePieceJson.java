package io.quoth.tokenizers;

import io.quoth.base.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;

/**
 * Says a SentencePiece model with the components of tokenizer.json, as far as these can say it:
 * byte-pair encoding, unigram models and characters. What they cannot say is refused by name.
 *
 * <p>Ids are the same but for texts that spell a control piece, which becomes a special token, and
 * for character maps: SentencePiece replaces the longest string at each place; the component
 * Precompiled, the only one of the format that takes a map, looks a whole grapheme cluster up,
 * drops what stands behind the part that it finds, and does clusters of six bytes or more character
 * by character. So clusters of several marks come out otherwise. Unicode's forms are no way around
 * it, since they sort marks, nor are replacements one after the other: SentencePiece's own maps
 * have 220,267 strings of several characters. Ranges differ for marks and bytes that no character
 * of the text stands behind; unknown pieces decode to their name; of pieces with equal scores the
 * one of lower id is merged first.
 */
final class SentencePieceJson {
  private final Tokenizer.Parts parts;
  private final SentencePiece model;
  private final Normalizer.SentencePiece rules;

  private SentencePieceJson(
      Tokenizer.Parts parts, SentencePiece model, Normalizer.SentencePiece rules) {
    this.parts = parts;
    this.model = model;
    this.rules = rules;
  }

  /** The same tokenizer out of components that the format has. */
  static Tokenizer.Parts parts(Tokenizer.Parts parts) {
    if (!(parts.model() instanceof SentencePiece model)
        || !(parts.normalizer() instanceof Normalizer.SentencePiece rules)) {
      return parts;
    }
    return new SentencePieceJson(parts, model, rules).convert();
  }

  private Tokenizer.Parts convert() {
    refuse();
    Model converted =
        switch (model.kind()) {
          case SentencePiece.UNIGRAM -> unigram();
          case SentencePiece.BPE -> pairs(merges());
          case SentencePiece.CHARACTER -> pairs(new MergeTable(0));
          default ->
              throw cannot(
                  "its pieces are whole words: unknown words beside each other are one token");
        };
    Normalizer normalizer = normalizer();
    var added = new ArrayList<AddedToken>();
    for (int id = 0; id < model.vocabulary().idLimit(); id++) {
      int type = model.type(id);
      String piece = model.vocabulary().token(id);
      if (piece != null && (type == SentencePiece.CONTROL || type == SentencePiece.UNKNOWN)) {
        added.add(AddedToken.special(id, piece));
      } else if (piece != null
          && type == SentencePiece.USER_DEFINED
          && parts.added().find(piece) == null) {
        added.add(new AddedToken(id, piece, false, false, false, true, false));
      }
    }
    added.addAll(parts.added().tokens());
    return new Tokenizer.Parts(
        normalizer,
        null,
        converted,
        new AddedTokens(AddedTokens.number(added, model.vocabulary()), normalizer),
        parts.postProcessor(),
        decoder(),
        parts.truncation(),
        parts.padding());
  }

  private void refuse() {
    if (rules.whitespaceAsSuffix()) {
      throw cannot("the mark of a blank ends a word (treat_whitespace_as_suffix)");
    }
    if (!rules.escapeWhitespaces()) {
      throw cannot("blanks are not written as marks (escape_whitespaces is false)");
    }
    for (int id = 0; id < model.vocabulary().idLimit(); id++) {
      String piece = model.vocabulary().token(id);
      if (piece == null) {
        continue;
      }
      if (model.vocabulary().find(piece) != id) {
        throw cannot("the piece \"" + piece + "\" stands in it twice");
      }
      if (model.type(id) == SentencePiece.UNUSED) {
        throw cannot("the piece \"" + piece + "\" is unused: merged, but never given out");
      }
      if (model.type(id) == SentencePiece.USER_DEFINED
          && parts.added().find(piece) == null
          && changesWholes()) {
        throw cannot(
            "the piece \""
                + piece
                + "\" is defined by the user: it cuts a text, yet the parts are"
                + " normalized as one");
      }
    }
  }

  /** Whether the normalizer does other things to a text than to its parts one by one. */
  private boolean changesWholes() {
    return rules.addDummyPrefix()
        || rules.removeExtraWhitespaces()
        || rules.map().blob().length > 0;
  }

  private static UnsupportedModelException cannot(String why) {
    return new UnsupportedModelException(
        "this SentencePiece model cannot be said in a tokenizer.json: "
            + why
            + ". Keep the tokenizer.model");
  }

  private Normalizer normalizer() {
    var all = new ArrayList<Normalizer>();
    if (rules.map().blob().length > 0) {
      all.add(new Normalizer.Precompiled(rules.map()));
    }
    if (rules.removeExtraWhitespaces()) {
      all.add(new Normalizer.Replace(Matches.Regex.of("\\A +"), ""));
      all.add(new Normalizer.Replace(Matches.Regex.of(" {2,}"), " "));
    }
    if (rules.addDummyPrefix()) {
      all.add(new Normalizer.Prepend(String.valueOf(SentencePiece.MARK)));
    }
    all.add(new Normalizer.Replace(new Matches.Literal(" "), String.valueOf(SentencePiece.MARK)));
    if (rules.removeExtraWhitespaces()) {
      all.add(new Normalizer.Replace(Matches.Regex.of("\u2581+\\z"), ""));
    }
    return new Normalizer.Sequence(all);
  }

  private Decoder decoder() {
    var all = new ArrayList<Decoder>();
    all.add(new Decoder.Replace(new Matches.Literal(String.valueOf(SentencePiece.MARK)), " "));
    all.add(new Decoder.ByteFallback());
    all.add(new Decoder.Fuse());
    if (rules.removeExtraWhitespaces()) {
      all.add(new Decoder.Strip(' ', Integer.MAX_VALUE, 0));
    } else if (rules.addDummyPrefix()) {
      all.add(new Decoder.Strip(' ', 1, 0));
    }
    return new Decoder.Sequence(all);
  }

  private Unigram unigram() {
    var scores = new double[model.vocabulary().idLimit()];
    for (int id = 0; id < scores.length; id++) {
      scores[id] = model.score(id);
    }
    return new Unigram(model.vocabulary(), scores, model.unknown(), model.byteFallback());
  }

  private Bpe pairs(MergeTable merges) {
    String unknown = model.vocabulary().token(model.unknown());
    return new Bpe(
        model.vocabulary(),
        merges,
        new Bpe.Options(0, unknown, "", "", true, model.byteFallback(), false));
  }

  /** Every way in which a piece falls into two, those of higher score first. */
  private MergeTable merges() {
    Vocabulary vocabulary = model.vocabulary();
    var ids = new ArrayList<Integer>();
    for (int id = 0; id < vocabulary.idLimit(); id++) {
      if (vocabulary.token(id) != null && merges(id)) {
        ids.add(id);
      }
    }
    ids.sort((a, b) -> Float.compare(model.score(b), model.score(a)));
    var merges = new MergeTable(ids.size() * 3);
    int rank = 0;
    for (int id : ids) {
      for (List<Integer> two : splits(String.valueOf(vocabulary.token(id)))) {
        merges.put(two.get(0), two.get(1), rank++, id);
      }
    }
    return merges;
  }

  private boolean merges(int id) {
    return model.type(id) == SentencePiece.NORMAL || model.type(id) == SentencePiece.USER_DEFINED;
  }

  private List<List<Integer>> splits(String piece) {
    var splits = new ArrayList<List<Integer>>();
    for (int cut = 1; cut < piece.length(); cut++) {
      int left = model.vocabulary().find(piece.substring(0, cut));
      int right = model.vocabulary().find(piece.substring(cut));
      if (left >= 0 && right >= 0 && merges(left) && merges(right)) {
        splits.add(List.of(left, right));
      }
    }
    return splits;
  }
}
