package io.quoth.cli;

import io.quoth.base.BadArgumentException;
import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.base.QuothException;
import io.quoth.embeddings.EmbeddingOptions;
import io.quoth.embeddings.SentenceTransformer;
import io.quoth.tensors.Safetensors;
import io.quoth.tensors.SafetensorsWriter;
import io.quoth.tensors.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The passages of text files and their embeddings, kept in {@code .quoth} beside them: {@code
 * search.json} lists model, files (size and time of their last change) and passages, {@code
 * search.safetensors} holds {@code embeddings} [passages, dimension]. An index that cannot be read
 * or belongs to another model is made anew.
 */
final class SearchIndex {
  /** Tokens of a passage, and how many it shares with the one before. */
  private static final int TOKENS = 96;

  private static final int OVERLAP = 24;

  private static final long LARGEST = 64L << 20;
  private static final String NAMES =
      "(?i).*\\.(txt|md|markdown|rst|adoc|tex|org|java|py|c|h|cpp|js|ts|html|csv|log)";
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * A stretch of a file.
   *
   * @param file relative to the folder
   * @param start its first char
   * @param end one past its last char
   */
  record Passage(String file, int start, int end, float[] embedding) {}

  /** A file as it was when its passages were made. */
  private record Entry(long size, long modified, List<Passage> passages) {}

  private final Path place;
  private final Path folder;
  private final SentenceTransformer model;
  private final boolean kept;
  private final Map<String, String> texts = new HashMap<>();
  private int embedded;

  SearchIndex(Path place, SentenceTransformer model, boolean kept) {
    this.place = place;
    this.model = model;
    this.kept = kept;
    Path parent = place.toAbsolutePath().getParent();
    folder = Files.isDirectory(place) || parent == null ? place.toAbsolutePath() : parent;
  }

  /** How many passages had to be embedded. */
  int embedded() {
    return embedded;
  }

  /** The text of a passage. */
  String text(Passage passage) {
    String text = read(passage.file);
    int end = Math.clamp(passage.end, 0, text.length());
    return text.substring(Math.clamp(passage.start, 0, end), end);
  }

  /** All passages, those of changed files embedded again. */
  List<Passage> passages(ProgressListener progress) {
    Map<String, Entry> known = kept ? load() : Map.of();
    var now = new LinkedHashMap<String, Entry>();
    boolean changed = false;
    List<Path> files = files();
    for (int i = 0; i < files.size(); i++) {
      String name = folder.relativize(files.get(i)).toString().replace('\\', '/');
      Entry entry = known.get(name);
      long size = attribute(files.get(i), true);
      long modified = attribute(files.get(i), false);
      if (entry == null || entry.size != size || entry.modified != modified) {
        entry = new Entry(size, modified, embed(name));
        changed = true;
      }
      now.put(name, entry);
      progress.progress("reading", i + 1, files.size());
    }
    if (kept && changed) {
      // What other searches in this folder know is kept while its files are there.
      known.forEach((name, entry) -> {
        if (Files.exists(folder.resolve(name))) {
          now.putIfAbsent(name, entry);
        }
      });
      save(now);
    }
    var wanted = files.stream().map(f -> folder.relativize(f).toString().replace('\\', '/'));
    return wanted.flatMap(name -> now.getOrDefault(name, EMPTY).passages.stream()).toList();
  }

  private static final Entry EMPTY = new Entry(0, 0, List.of());

  private List<Path> files() {
    if (!Files.isDirectory(place)) {
      return List.of(place.toAbsolutePath());
    }
    try (var all = Files.walk(folder)) {
      return all.filter(file -> !hidden(folder.relativize(file)))
          .filter(file -> file.getFileName().toString().matches(NAMES))
          .filter(file -> Files.isRegularFile(file) && attribute(file, true) <= LARGEST)
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new BadArgumentException(place + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static boolean hidden(Path relative) {
    for (Path part : relative) {
      if (part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private static long attribute(Path file, boolean size) {
    try {
      return size ? Files.size(file) : Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      throw new BadArgumentException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** What is not UTF-8 is no text, and has no passages. */
  private String read(String name) {
    return texts.computeIfAbsent(
        name,
        _ -> {
          try {
            byte[] bytes = Files.readAllBytes(folder.resolve(name));
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
          } catch (CharacterCodingException _) {
            return "";
          } catch (IOException e) {
            throw new BadArgumentException(name + ": cannot be read: " + e.getMessage(), e);
          }
        });
  }

  private List<Passage> embed(String name) {
    String text = read(name);
    int most = Math.min(TOKENS, model.maxSeqLength().orElse(TOKENS) - 2);
    var chunks = model.splitter().split(text, Math.max(1, most), most > OVERLAP ? OVERLAP : 0);
    var options = EmbeddingOptions.DEFAULT;
    float[][] vectors =
        model
            .encodeDocument(chunks.stream().map(chunk -> chunk.text()).toList(), options)
            .vectors();
    var passages = new ArrayList<Passage>();
    for (int i = 0; i < vectors.length; i++) {
      passages.add(new Passage(name, chunks.get(i).start(), chunks.get(i).end(), vectors[i]));
    }
    embedded += vectors.length;
    return passages;
  }

  // ---- on disk

  private Path directory() {
    return folder.resolve(".quoth");
  }

  private void save(Map<String, Entry> entries) {
    var files = new ArrayList<Object>();
    var all = new ArrayList<Passage>();
    entries.forEach((name, entry) -> {
      var file = new LinkedHashMap<String, Object>();
      file.put("file", name);
      file.put("size", entry.size);
      file.put("modified", entry.modified);
      file.put("starts", entry.passages.stream().mapToInt(Passage::start).toArray());
      file.put("ends", entry.passages.stream().mapToInt(Passage::end).toArray());
      files.add(file);
      all.addAll(entry.passages);
    });
    var index = new LinkedHashMap<String, Object>();
    index.put("model", model.location());
    index.put("dimension", model.dimension());
    index.put("files", files);
    int dimension = model.dimension();
    float[] numbers = new float[Math.multiplyExact(all.size(), dimension)];
    for (int i = 0; i < all.size(); i++) {
      System.arraycopy(all.get(i).embedding, 0, numbers, i * dimension, dimension);
    }
    try {
      Files.createDirectories(directory());
      SafetensorsWriter.write(
          directory().resolve("search.safetensors"),
          List.of(Tensor.of("embeddings", new long[] {all.size(), dimension}, numbers)));
      Files.writeString(directory().resolve("search.json"), Json.write(index));
    } catch (IOException e) {
      throw new BadArgumentException(
          directory() + ": the index cannot be kept: " + e.getMessage() + "; try --no-index", e);
    }
  }

  private Map<String, Entry> load() {
    if (!Files.exists(directory().resolve("search.json"))) {
      return Map.of();
    }
    try (var arena = Arena.ofConfined()) {
      var files = ModelFolder.of(directory());
      Json index = files.json("search.json");
      int dimension = model.dimension();
      if (!index.getString("model").equals(model.location())
          || index.getInt("dimension") != dimension) {
        return Map.of();
      }
      Tensor tensor =
          Safetensors.open(files, "search.safetensors", arena).find("embeddings").orElseThrow();
      return entries(index, tensor, dimension);
    } catch (QuothException | java.util.NoSuchElementException | IndexOutOfBoundsException _) {
      return Map.of(); // damaged: it is made anew
    }
  }

  private static Map<String, Entry> entries(Json index, Tensor tensor, int dimension) {
    MemorySegment data = tensor.data();
    var entries = new LinkedHashMap<String, Entry>();
    long row = 0;
    for (Json file : index.get("files").items()) {
      String name = file.getString("file");
      List<Json> starts = file.get("starts").items();
      List<Json> ends = file.get("ends").items();
      var passages = new ArrayList<Passage>();
      for (int i = 0; i < starts.size(); i++, row++) {
        float[] embedding = new float[dimension];
        MemorySegment.copy(data, FLOAT, row * dimension * 4, embedding, 0, dimension);
        passages.add(new Passage(name, starts.get(i).asInt(), ends.get(i).asInt(), embedding));
      }
      Entry entry = new Entry(file.get("size").asLong(), file.get("modified").asLong(), passages);
      entries.put(name, entry);
    }
    if (row != tensor.size(0)) {
      throw new IndexOutOfBoundsException("passages and embeddings differ");
    }
    return entries;
  }
}
