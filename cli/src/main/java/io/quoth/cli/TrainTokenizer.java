package io.quoth.cli;

import io.quoth.base.BadArgumentException;
import io.quoth.base.Json;
import io.quoth.tokenizers.Tokenizer;
import io.quoth.tokenizers.TrainerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code quoth train-tokenizer}. */
final class TrainTokenizer implements Command {
  private static final int VOCAB_SIZE = 8192;

  @Override
  public Usage usage() {
    return new Usage(
        "train-tokenizer",
        List.of(
            "Learn a vocabulary from texts and write it as a tokenizer.json.",
            "Each line of the files is a text. The files are read once and may be larger than the"
                + " memory; the same files give the same vocabulary, on any number of cores."),
        List.of(
            Usage.Opt.of(
                "--model",
                "KIND",
                "bpe: byte-pair encoding over bytes, as GPT-2; wordpiece: as BERT, lower case;"
                    + " wordlevel: whole words; unigram: SentencePiece's. Default: bpe."),
            Usage.Opt.of(
                "--vocab-size", "N", "Tokens, special ones included. Default: " + VOCAB_SIZE + "."),
            Usage.Opt.of("--out", "DIR", "The folder to write to; made where it is missing."),
            Usage.Opt.of(
                "--min-frequency",
                "N",
                "Leave out pairs (bpe, wordpiece) or words (wordlevel) that occur less often."),
            Usage.Opt.many(
                "--special-token",
                "TOKEN",
                "A token that no text may become; several in their order. They get the ids from 0"
                    + " on. Default: what is usual for the kind."),
            Usage.Opt.flag("--force", "Write over a tokenizer.json that is there.")),
        new Usage.Parameters(
            "FILE...", "Texts in UTF-8, one a line; - takes standard input.", 1, 10_000),
        List.of(
            "quoth train-tokenizer corpus.txt --model bpe --vocab-size 4096 --out my-tokenizer",
            "quoth train-tokenizer a.txt b.txt --model unigram --out my-tokenizer",
            "zcat corpus.gz | quoth train-tokenizer - --model wordpiece --vocab-size 30000 --out"
                + " my-bert",
            "quoth tokenize -m my-tokenizer \"a text\""));
  }

  @Override
  public int run(Console console, Arguments arguments) {
    TrainerOptions options = options(arguments);
    Path folder = folder(arguments);
    Path file = folder.resolve("tokenizer.json");
    if (Files.exists(file) && !arguments.has("--force")) {
      throw new BadArgumentException(file + ": is there already; --force writes over it");
    }
    long start = System.nanoTime();
    Tokenizer tokenizer;
    long lines;
    long bytes;
    try (var texts = new TextLines(console, arguments.parameters());
        var progress = new StepsLine(console)) {
      tokenizer = Tokenizer.train(options, texts, progress);
      lines = texts.lines();
      bytes = texts.bytes();
    }
    write(folder, tokenizer, options);
    console
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "%s: %,d tokens from %s in %,d lines, %.1f s",
                file,
                tokenizer.vocabSize(),
                Units.bytes(bytes),
                lines,
                (System.nanoTime() - start) / 1e9));
    if (tokenizer.vocabSize() < options.vocabSize()) {
      console
          .err()
          .println(
              String.format(
                  Locale.ROOT,
                  "The texts have no more: %,d tokens were asked for.",
                  options.vocabSize()));
    }
    return Quoth.DONE;
  }

  private static TrainerOptions options(Arguments arguments) {
    int size = arguments.integer("--vocab-size").orElse(VOCAB_SIZE);
    if (size < 1) {
      throw new UsageException("--vocab-size must be at least 1: " + size);
    }
    String kind = arguments.text("--model").orElse("bpe");
    List<String> special = arguments.all("--special-token");
    TrainerOptions options =
        switch (kind) {
          case "bpe" -> TrainerOptions.byteLevelBpe(size, or(special, List.of("<|endoftext|>")));
          case "wordpiece" ->
              TrainerOptions.wordPiece(
                  size, or(special, List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")));
          case "wordlevel" -> TrainerOptions.wordLevel(size, or(special, List.of("[UNK]")));
          case "unigram" ->
              TrainerOptions.unigram(size, or(special, List.of("<pad>", "</s>", "<unk>")));
          default ->
              throw new UsageException(
                  "--model: expected bpe, wordpiece, wordlevel or unigram, found \"" + kind + '"');
        };
    requireUnknown(kind, options);
    var least = arguments.integer("--min-frequency");
    if (least.isPresent() && (least.getAsInt() < 0 || kind.equals("unigram"))) {
      throw new UsageException(
          kind.equals("unigram")
              ? "--min-frequency has no meaning for unigram"
              : "--min-frequency must be at least 0: " + least.getAsInt());
    }
    return least.isPresent() ? options.minFrequency(least.getAsInt()) : options;
  }

  /** Words outside the vocabulary need a token: without it such a text could not be encoded. */
  private static void requireUnknown(String kind, TrainerOptions options) {
    boolean words = kind.equals("wordpiece") || kind.equals("wordlevel");
    if (words && !options.specialTokens().contains(options.unknownToken())) {
      throw new UsageException(
          "--special-token: "
              + kind
              + " needs "
              + options.unknownToken()
              + " among them, for words that it does not know");
    }
  }

  private static List<String> or(List<String> given, List<String> usual) {
    return given.isEmpty() ? usual : given;
  }

  private static Path folder(Arguments arguments) {
    String out = arguments.text("--out").orElseThrow(() -> new UsageException("missing --out DIR"));
    try {
      return Path.of(out);
    } catch (InvalidPathException e) {
      throw new BadArgumentException(out + ": is no path: " + e.getMessage(), e);
    }
  }

  private static void write(Path folder, Tokenizer tokenizer, TrainerOptions options) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toJson());
      Files.writeString(
          folder.resolve("tokenizer_config.json"), Json.writePretty(config(options)) + "\n");
    } catch (IOException e) {
      throw new BadArgumentException(folder + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /** What the special tokens are for, by the names that are usual. */
  private static Map<String, Object> config(TrainerOptions options) {
    var config = new LinkedHashMap<String, Object>();
    config.put("tokenizer_class", "PreTrainedTokenizerFast");
    Map.of(
            "bos_token", List.of("<s>", "<|endoftext|>"),
            "eos_token", List.of("</s>", "<|endoftext|>"),
            "unk_token", List.of("<unk>", "[UNK]"),
            "sep_token", List.of("[SEP]"),
            "pad_token", List.of("<pad>", "[PAD]"),
            "cls_token", List.of("[CLS]"),
            "mask_token", List.of("<mask>", "[MASK]"))
        .entrySet()
        .stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(purpose ->
            purpose.getValue().stream()
                .filter(options.specialTokens()::contains)
                .findFirst()
                .ifPresent(token -> config.put(purpose.getKey(), token)));
    return config;
  }
}
