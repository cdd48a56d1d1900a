package io.quoth.tokenizers;

import io.quoth.base.BadFileException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a SentencePiece {@code tokenizer.model}: sentencepiece_model.proto, of which pieces (1),
 * trainer (2) and normalizer (3) matter.
 */
final class SentencePieceFile {
  final List<String> pieces = new ArrayList<>();
  final List<Float> scores = new ArrayList<>();
  final List<Integer> types = new ArrayList<>();
  int modelType = 1;
  boolean whitespaceAsSuffix;
  boolean byteFallback;
  String unknownSurface = " \u2047 ";
  String unknownPiece = "<unk>";
  String bosPiece = "<s>";
  String eosPiece = "</s>";
  String padPiece = "<pad>";
  byte[] charsMap = {};
  boolean addDummyPrefix = true;
  boolean removeExtraWhitespaces = true;
  boolean escapeWhitespaces = true;

  private SentencePieceFile() {}

  static SentencePieceFile read(byte[] bytes, String source) {
    var file = new SentencePieceFile();
    var proto = new Protobuf(bytes, source);
    while (proto.next()) {
      switch (proto.field()) {
        case 1 -> file.piece(proto.message());
        case 2 -> file.trainer(proto.message());
        case 3 -> file.normalizer(proto.message());
        default -> proto.skip();
      }
    }
    if (file.pieces.isEmpty()) {
      throw new BadFileException(source + ": has no pieces; is it a SentencePiece model?");
    }
    return file;
  }

  private void piece(Protobuf proto) {
    String piece = "";
    float score = 0;
    int type = SentencePiece.NORMAL;
    while (proto.next()) {
      switch (proto.field()) {
        case 1 -> piece = proto.string();
        case 2 -> score = proto.float32();
        case 3 -> type = (int) proto.number();
        default -> proto.skip();
      }
    }
    pieces.add(piece);
    scores.add(score);
    types.add(type);
  }

  private void trainer(Protobuf proto) {
    while (proto.next()) {
      switch (proto.field()) {
        case 3 -> modelType = (int) proto.number();
        case 24 -> whitespaceAsSuffix = proto.truth();
        case 35 -> byteFallback = proto.truth();
        case 44 -> unknownSurface = proto.string();
        case 45 -> unknownPiece = proto.string();
        case 46 -> bosPiece = proto.string();
        case 47 -> eosPiece = proto.string();
        case 48 -> padPiece = proto.string();
        default -> proto.skip();
      }
    }
  }

  private void normalizer(Protobuf proto) {
    while (proto.next()) {
      switch (proto.field()) {
        case 2 -> charsMap = proto.bytes();
        case 3 -> addDummyPrefix = proto.truth();
        case 4 -> removeExtraWhitespaces = proto.truth();
        case 5 -> escapeWhitespaces = proto.truth();
        default -> proto.skip();
      }
    }
  }

  /** A model whose pieces came from elsewhere. */
  static SentencePieceFile of(
      int modelType,
      List<String> pieces,
      List<Float> scores,
      List<Integer> types,
      byte[] charsMap,
      boolean addDummyPrefix,
      boolean removeExtraWhitespaces,
      String bosPiece,
      String eosPiece) {
    var file = new SentencePieceFile();
    file.modelType = modelType;
    file.pieces.addAll(pieces);
    file.scores.addAll(scores);
    file.types.addAll(types);
    file.charsMap = charsMap;
    file.addDummyPrefix = addDummyPrefix;
    file.removeExtraWhitespaces = removeExtraWhitespaces;
    file.byteFallback = types.contains(SentencePiece.BYTE);
    file.bosPiece = bosPiece;
    file.eosPiece = eosPiece;
    return file;
  }

  /** The tokenizer that this file describes. */
  Tokenizer tokenizer(boolean addBos, boolean addEos, String source) {
    return tokenizer(addBos, addEos, source, List.of());
  }

  /** The same, finding tokens in the text before the model sees it. */
  Tokenizer tokenizer(boolean addBos, boolean addEos, String source, List<AddedToken> added) {
    var model = SentencePiece.of(this, source);
    var normalizer =
        new Normalizer.SentencePiece(
            CharsMap.of(charsMap, source),
            model.userDefined(),
            addDummyPrefix,
            removeExtraWhitespaces,
            escapeWhitespaces,
            whitespaceAsSuffix);
    return new Tokenizer(
        new Tokenizer.Parts(
            normalizer,
            null,
            model,
            new AddedTokens(AddedTokens.number(added, model.vocabulary()), normalizer),
            template(model, addBos, addEos),
            new Decoder.SentencePiece(
                model, unknownSurface, addDummyPrefix, removeExtraWhitespaces),
            null,
            null));
  }

  private @Nullable PostProcessor template(SentencePiece model, boolean addBos, boolean addEos) {
    int bos = addBos ? model.control(bosPiece) : -1;
    int eos = addEos ? model.control(eosPiece) : -1;
    return bos < 0 && eos < 0 ? null : PostProcessor.Template.around(bos, bosPiece, eos, eosPiece);
  }
}
