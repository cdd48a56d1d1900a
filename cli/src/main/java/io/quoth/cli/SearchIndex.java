package io.quoth.cli;

import io.quoth.base.BadArgumentException;
import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.base.QuothException;
import io.quoth.embeddings.SentenceTransformer;
import io.quoth.embeddings.TextSplitter;
import io.quoth.embeddings.VectorIndex;
import io.quoth.tensors.DType;
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
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;

/**
 * The passages of text files and their embeddings, kept in {@code .quoth} beside them: {@code
 * search.json} lists model, sizes of passages, files (size and time of their last change) and where
 * passages begin and end, {@code search.safetensors} holds {@code embeddings} [passages, dimension]
 * and is mapped, not read. An index that cannot be read, belongs to another model or has passages
 * of another size is made anew.
 */
final class SearchIndex implements AutoCloseable {
  private static final long LARGEST = 64L << 20;
  private static final String NAMES =
      "(?i).*\\.(txt|md|markdown|rst|adoc|tex|org|java|py|c|h|cpp|js|ts|html|csv|log)";
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final String VECTORS = "search.safetensors";

  /**
   * A stretch of a file.
   *
   * @param file relative to the folder
   * @param start its first char
   * @param end one past its last char
   */
  record Passage(String file, int start, int end) {}

  /** A passage found. */
  record Found(Passage passage, float score) {}

  /**
   * A file as it was when its passages were made.
   *
   * @param first row of its first passage
   */
  private record Entry(String file, long size, long modified, int first, int[] starts, int[] ends) {
    boolean isOf(long nowSize, long nowModified) {
      return size == nowSize && modified == nowModified;
    }

    Entry at(int row) {
      return new Entry(file, size, modified, row, starts, ends);
    }
  }

  /** What an index knows: files by their names, and the embeddings of their passages. */
  private record Known(Map<String, Entry> entries, Tensor embeddings) {}

  private final Path place;
  private final Path folder;
  private final SentenceTransformer model;
  private final boolean kept;
  private final int tokens;
  private final int overlap;

  /** Owns the embeddings, mapped or made. */
  private final Arena arena = Arena.ofShared();

  /** The entry of each row, by the first row of the entry. */
  private final TreeMap<Integer, Entry> byRow = new TreeMap<>();

  /** The rows of the files that are looked through. */
  private final BitSet wanted = new BitSet();

  private Tensor embeddings;
  private int embedded;

  /**
   * An index of a file or folder; {@link #refresh} fills it.
   *
   * @param kept whether it is read from disk, and written there
   * @param tokens of a passage at most, special ones not counted
   * @param overlap tokens that a passage shares with the one before
   */
  SearchIndex(Path place, SentenceTransformer model, boolean kept, int tokens, int overlap) {
    this.place = place;
    this.model = model;
    this.kept = kept;
    this.tokens = tokens;
    this.overlap = overlap;
    Path parent = place.toAbsolutePath().getParent();
    folder = Files.isDirectory(place) || parent == null ? place.toAbsolutePath() : parent;
    embeddings = nothing().embeddings;
  }

  private Known nothing() {
    return new Known(Map.of(), Tensor.of("embeddings", new long[] {0, model.dimension()}));
  }

  /** How many passages had to be embedded. */
  int embedded() {
    return embedded;
  }

  /** How many passages are looked through. */
  int passages() {
    return wanted.cardinality();
  }

  /** The text of a passage. */
  String text(Passage passage) {
    String text = read(passage.file);
    int end = Math.clamp(passage.end, 0, text.length());
    return text.substring(Math.clamp(passage.start, 0, end), end);
  }

  /** The passages nearest to a query, best first. */
  List<Found> search(String query, int top) {
    try (var index = vectors()) {
      return index.search(model.encodeQuery(List.of(query)), top, wanted::get).getFirst().stream()
          .map(hit -> new Found(passage(hit.corpusId()), hit.score()))
          .toList();
    }
  }

  private VectorIndex vectors() {
    try {
      return VectorIndex.over(embeddings, model.similarityFunction());
    } catch (BadArgumentException e) {
      throw new BadFileException(
          directory() + ": is damaged (" + e.getMessage() + "); delete it, or try --no-index", e);
    }
  }

  private Passage passage(int row) {
    Entry entry = byRow.floorEntry(row).getValue();
    int i = row - entry.first;
    return new Passage(entry.file, entry.starts[i], entry.ends[i]);
  }

  /** Looks for files that are new or changed, and embeds the passages of these. */
  void refresh(ProgressListener progress) {
    Known known = kept ? load() : nothing();
    var now = new LinkedHashMap<String, Entry>();
    var fresh = new HashMap<String, float[][]>();
    List<Path> files = files();
    for (int i = 0; i < files.size(); i++) {
      String name = name(files.get(i));
      long size = attribute(files.get(i), true);
      long modified = attribute(files.get(i), false);
      Entry entry = known.entries.get(name);
      if (entry == null || !entry.isOf(size, modified)) {
        var chunks = split(read(name));
        fresh.put(name, embed(chunks));
        entry =
            new Entry(
                name,
                size,
                modified,
                0,
                chunks.stream().mapToInt(TextSplitter.Chunk::start).toArray(),
                chunks.stream().mapToInt(TextSplitter.Chunk::end).toArray());
      }
      now.put(name, entry);
      progress.progress("reading", i + 1, files.size());
    }
    Known all = fresh.isEmpty() ? known : renew(known, now, fresh);
    embeddings = all.embeddings;
    all.entries
        .values()
        .forEach(entry -> {
          if (entry.starts.length > 0) {
            byRow.put(entry.first, entry);
          }
          wanted.set(
              entry.first, entry.first + (now.containsKey(entry.file) ? entry.starts.length : 0));
        });
  }

  /** Old and new embeddings together, in memory of their own and on disk. */
  private Known renew(Known known, Map<String, Entry> now, Map<String, float[][]> fresh) {
    // What other searches in this folder know is kept while its files are there.
    known.entries.forEach((name, entry) -> {
      if (Files.exists(folder.resolve(name))) {
        now.putIfAbsent(name, entry);
      }
    });
    int dimension = model.dimension();
    int rows = now.values().stream().mapToInt(entry -> entry.starts.length).sum();
    var memory = arena.allocate(Math.max(1, (long) rows * dimension * Float.BYTES), 64);
    var entries = new LinkedHashMap<String, Entry>();
    int row = 0;
    for (Entry entry : now.values()) {
      float[][] vectors = fresh.get(entry.file);
      for (int i = 0; i < entry.starts.length; i++) {
        long to = (long) (row + i) * dimension * Float.BYTES;
        if (vectors == null) {
          long from = (long) (entry.first + i) * dimension * Float.BYTES;
          long bytes = (long) dimension * Float.BYTES;
          MemorySegment.copy(known.embeddings.data(), from, memory, to, bytes);
        } else {
          MemorySegment.copy(vectors[i], 0, memory, FLOAT, to, dimension);
        }
      }
      entries.put(entry.file, entry.at(row));
      row += entry.starts.length;
    }
    var bytes = memory.asSlice(0, (long) rows * dimension * Float.BYTES);
    var all =
        new Known(
            entries, new Tensor("embeddings", DType.F32, new long[] {rows, dimension}, bytes));
    if (kept) {
      save(all);
    }
    return all;
  }

  private String name(Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }

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
    try {
      byte[] bytes = Files.readAllBytes(folder.resolve(name));
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      return "";
    } catch (IOException e) {
      throw new BadArgumentException(name + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private List<TextSplitter.Chunk> split(String text) {
    return model.splitter().split(text, tokens, overlap);
  }

  private float[][] embed(List<TextSplitter.Chunk> chunks) {
    embedded += chunks.size();
    return model.encodeDocument(chunks.stream().map(TextSplitter.Chunk::text).toList());
  }

  // ---- on disk

  private Path directory() {
    return folder.resolve(".quoth");
  }

  private void save(Known all) {
    var files = new ArrayList<Object>();
    for (Entry entry : all.entries.values()) {
      var file = new LinkedHashMap<String, Object>();
      file.put("file", entry.file);
      file.put("size", entry.size);
      file.put("modified", entry.modified);
      file.put("starts", entry.starts);
      file.put("ends", entry.ends);
      files.add(file);
    }
    var index = new LinkedHashMap<String, Object>();
    index.put("model", model.location());
    index.put("dimension", model.dimension());
    index.put("tokens", tokens);
    index.put("overlap", overlap);
    index.put("files", files);
    try {
      Files.createDirectories(directory());
      SafetensorsWriter.write(directory().resolve(VECTORS), List.of(all.embeddings));
      Files.writeString(directory().resolve("search.json"), Json.write(index));
    } catch (IOException e) {
      throw new BadArgumentException(
          directory() + ": the index cannot be kept: " + e.getMessage() + "; try --no-index", e);
    }
  }

  private Known load() {
    if (!Files.exists(directory().resolve("search.json"))) {
      return nothing();
    }
    try {
      var files = ModelFolder.of(directory());
      Json index = files.json("search.json");
      if (!index.getString("model").equals(model.location())
          || index.getInt("dimension") != model.dimension()
          || index.getInt("tokens") != tokens
          || index.getInt("overlap") != overlap) {
        return nothing();
      }
      Tensor tensor = Safetensors.open(files, VECTORS, arena).find("embeddings").orElseThrow();
      var entries = entries(index);
      long rows = entries.values().stream().mapToLong(entry -> entry.starts.length).sum();
      boolean fits =
          tensor.dtype() == DType.F32
              && Arrays.equals(tensor.shape(), new long[] {rows, model.dimension()});
      return fits ? new Known(entries, tensor) : nothing();
    } catch (QuothException | NoSuchElementException _) {
      return nothing(); // damaged: it is made anew
    }
  }

  private static Map<String, Entry> entries(Json index) {
    var entries = new LinkedHashMap<String, Entry>();
    int row = 0;
    for (Json file : index.get("files").items()) {
      int[] starts = file.get("starts").items().stream().mapToInt(Json::asInt).toArray();
      int[] ends = file.get("ends").items().stream().mapToInt(Json::asInt).toArray();
      if (starts.length != ends.length) {
        throw file.error("has more starts than ends, or fewer");
      }
      var entry =
          new Entry(
              file.getString("file"),
              file.get("size").asLong(),
              file.get("modified").asLong(),
              row,
              starts,
              ends);
      if (entries.put(entry.file, entry) != null) {
        throw file.error("stands twice");
      }
      row += starts.length;
    }
    return entries;
  }

  @Override
  public void close() {
    arena.close();
  }
}
