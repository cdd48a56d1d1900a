package io.quoth.tokenizers;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a token adds to a text, in bytes: the decoder's work on one token. */
final class TokenBytes {
  private TokenBytes() {}

  static byte[] of(String token, @Nullable Decoder decoder) {
    return decoder == null ? token.getBytes(StandardCharsets.UTF_8) : bytes(token, decoder);
  }

  private static byte[] bytes(String token, Decoder decoder) {
    return switch (decoder) {
      case Decoder.ByteLevel _ -> ByteAlphabet.bytes(token);
      case Decoder.ByteFallback _ -> {
        int b = Decoder.ByteFallback.byteOf(token);
        yield b >= 0 ? new byte[] {(byte) b} : token.getBytes(StandardCharsets.UTF_8);
      }
      case Decoder.Sequence(List<Decoder> all) -> {
        String text = token;
        for (Decoder part : all) {
          if (part instanceof Decoder.ByteFallback && Decoder.ByteFallback.byteOf(text) >= 0
              || part instanceof Decoder.ByteLevel) {
            yield bytes(text, part);
          }
          if (!(part instanceof Decoder.Fuse) && !(part instanceof Decoder.Strip)) {
            text = new String(bytes(text, part), StandardCharsets.UTF_8);
          }
        }
        yield text.getBytes(StandardCharsets.UTF_8);
      }
      case Decoder.SentencePiece(io.quoth.tokenizers.SentencePiece model, _, _, _) -> {
        int b = Decoder.ByteFallback.byteOf(token);
        yield b >= 0
            ? new byte[] {(byte) b}
            : (model.type(token) == io.quoth.tokenizers.SentencePiece.CONTROL
                    ? ""
                    : token.replace(io.quoth.tokenizers.SentencePiece.MARK, ' '))
                .getBytes(StandardCharsets.UTF_8);
      }
      case Decoder.Fuse _, Decoder.Strip _ -> token.getBytes(StandardCharsets.UTF_8);
      // Behind another token, where blanks stay.
      case Decoder.Metaspace(char mark, _) ->
          token.replace(mark, ' ').getBytes(StandardCharsets.UTF_8);
      case Decoder.WordPiece(String prefix, _) ->
          (token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token)
              .getBytes(StandardCharsets.UTF_8);
      case Decoder.BpeSuffix(String suffix) ->
          token.replace(suffix, " ").getBytes(StandardCharsets.UTF_8);
      case Decoder.Ctc _, Decoder.Replace _ ->
          String.join("", decoder.decode(List.of(token))).getBytes(StandardCharsets.UTF_8);
    };
  }
}
