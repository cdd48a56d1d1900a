package io.quoth.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.quoth.base.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A model folder as the repository {@code gpt2} has it: GPT-2's real vocabulary (from jtokkit's
 * r50k_base, whose ranks are GPT-2's ids and merges) and, since its real weights are not here,
 * seeded random ones of a GPT-2 only 8 wide.
 */
public final class Gpt2Folder {
  private static final int VOCABULARY = 50_257;
  private static final int WIDTH = 8;
  private static final int LAYERS = 2;
  private static final int POSITIONS = 1024;

  private Gpt2Folder() {}

  /** Writes vocabulary, configuration and weights into {@code folder}. */
  public static void write(Path folder) throws IOException {
    writeVocabulary(folder);
    Files.writeString(
        folder.resolve("config.json"),
        Json.writePretty(
            Map.of(
                "architectures",
                List.of("GPT2LMHeadModel"),
                "model_type",
                "gpt2",
                "activation_function",
                "gelu_new",
                "vocab_size",
                VOCABULARY,
                "n_embd",
                WIDTH,
                "n_head",
                2,
                "n_layer",
                LAYERS,
                "n_positions",
                POSITIONS,
                "layer_norm_epsilon",
                1e-5)));
    Files.writeString(
        folder.resolve("generation_config.json"),
        Json.write(Map.of("bos_token_id", VOCABULARY - 1, "eos_token_id", VOCABULARY - 1)));
    Files.write(folder.resolve("model.safetensors"), weights());
  }

  /** Writes {@code vocab.json} and {@code merges.txt} into {@code folder}. */
  public static void writeVocabulary(Path folder) throws IOException {
    List<String> tokens = ranks();
    Map<String, Integer> rankOf = new HashMap<>();
    for (int rank = 0; rank < tokens.size(); rank++) {
      rankOf.put(tokens.get(rank), rank);
    }
    String[] printable = printableBytes();
    var vocabulary = new LinkedHashMap<String, Integer>();
    var merges = new StringBuilder("#version: 0.2\n");
    for (int rank = 0; rank < tokens.size(); rank++) {
      vocabulary.put(print(tokens.get(rank), printable), rank);
      if (tokens.get(rank).length() > 1) {
        List<String> parts = split(tokens.get(rank), rank, rankOf);
        merges.append(print(parts.getFirst(), printable)).append(' ');
        merges.append(print(parts.getLast(), printable)).append('\n');
      }
    }
    vocabulary.put("<|endoftext|>", VOCABULARY - 1);
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("vocab.json"), Json.write(vocabulary));
    Files.writeString(folder.resolve("merges.txt"), merges);
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        Json.write(
            Map.of(
                "tokenizer_class", "GPT2Tokenizer",
                "bos_token", "<|endoftext|>",
                "eos_token", "<|endoftext|>",
                "unk_token", "<|endoftext|>",
                "model_max_length", POSITIONS)));
  }

  /** The tokens by rank, each a string of bytes (ISO 8859-1). */
  private static List<String> ranks() throws IOException {
    try (InputStream in =
        Gpt2Folder.class.getResourceAsStream("/com/knuddels/jtokkit/r50k_base.tiktoken")) {
      if (in == null) {
        throw new IllegalStateException("jtokkit is not on the class path");
      }
      var tokens = new ArrayList<String>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.US_ASCII).split("\n")) {
        String[] parts = line.split(" ");
        if (Integer.parseInt(parts[1].strip()) != tokens.size()) {
          throw new IllegalStateException("ranks are not in order at " + line);
        }
        tokens.add(new String(Base64.getDecoder().decode(parts[0]), ISO_8859_1));
      }
      return tokens;
    }
  }

  /** The two parts whose merge makes the token: what merges of lower rank make of its bytes. */
  private static List<String> split(String token, int rank, Map<String, Integer> rankOf) {
    var parts = new ArrayList<>(Arrays.asList(token.split("")));
    while (parts.size() > 2) {
      int best = -1;
      int bestRank = rank;
      for (int i = 0; i + 1 < parts.size(); i++) {
        int merged = rankOf.getOrDefault(parts.get(i) + parts.get(i + 1), Integer.MAX_VALUE);
        if (merged < bestRank) {
          best = i;
          bestRank = merged;
        }
      }
      if (best < 0) {
        throw new IllegalStateException("no merges make token " + rank);
      }
      parts.set(best, parts.get(best) + parts.remove(best + 1));
    }
    return parts;
  }

  private static String print(String bytes, String[] printable) {
    var text = new StringBuilder();
    bytes.chars().forEach(b -> text.append(printable[b]));
    return text.toString();
  }

  /** GPT-2's printable stand-ins for the 256 bytes (bytes_to_unicode of its encoder.py). */
  private static String[] printableBytes() {
    String[] printable = new String[256];
    int next = 256;
    for (int b = 0; b < 256; b++) {
      boolean itself = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
      printable[b] = Character.toString(itself ? b : next++);
    }
    return printable;
  }

  private static byte[] weights() {
    var shapes = new LinkedHashMap<String, int[]>();
    shapes.put("wte.weight", new int[] {VOCABULARY, WIDTH});
    shapes.put("wpe.weight", new int[] {POSITIONS, WIDTH});
    for (int i = 0; i < LAYERS; i++) {
      String h = "h." + i + ".";
      linear(shapes, h + "attn.c_attn", WIDTH, 3 * WIDTH);
      linear(shapes, h + "attn.c_proj", WIDTH, WIDTH);
      linear(shapes, h + "mlp.c_fc", WIDTH, 4 * WIDTH);
      linear(shapes, h + "mlp.c_proj", 4 * WIDTH, WIDTH);
      norm(shapes, h + "ln_1");
      norm(shapes, h + "ln_2");
    }
    norm(shapes, "ln_f");

    var header = new LinkedHashMap<String, Object>();
    int offset = 0;
    for (var tensor : shapes.entrySet()) {
      int end = offset + 4 * Arrays.stream(tensor.getValue()).reduce(1, (a, b) -> a * b);
      header.put(
          tensor.getKey(),
          Map.of(
              "dtype", "F32", "shape", tensor.getValue(), "data_offsets", new int[] {offset, end}));
      offset = end;
    }
    byte[] json = Json.write(header).getBytes(StandardCharsets.UTF_8);
    var file = ByteBuffer.allocate(8 + json.length + offset).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json);
    var random = new Random(20261124);
    while (file.hasRemaining()) {
      file.putFloat((float) random.nextGaussian() * 0.3f);
    }
    return file.array();
  }

  private static void linear(Map<String, int[]> shapes, String name, int in, int out) {
    shapes.put(name + ".weight", new int[] {in, out});
    shapes.put(name + ".bias", new int[] {out});
  }

  private static void norm(Map<String, int[]> shapes, String name) {
    shapes.put(name + ".weight", new int[] {WIDTH});
    shapes.put(name + ".bias", new int[] {WIDTH});
  }
}
