package io.quoth.tensors;

import io.quoth.base.BadFileException;
import io.quoth.base.ModelFolder;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The bytes of a file of weights: mapped where they lie on disk as they are, else read. */
final class MappedFile {
  /** Bytes read at once where a file cannot be mapped. */
  private static final int CHUNK = 1 << 20;

  private MappedFile() {}

  static MemorySegment map(ModelFolder folder, String file, Arena arena) {
    String source = folder.location() + "/" + file;
    try {
      var region = folder.region(file);
      if (region.isEmpty()) {
        try (InputStream in = folder.open(file)) {
          return read(in, arena);
        }
      }
      var place = region.get();
      try (var channel = FileChannel.open(place.path(), StandardOpenOption.READ)) {
        return channel.map(FileChannel.MapMode.READ_ONLY, place.offset(), place.length(), arena);
      }
    } catch (IOException e) {
      throw new BadFileException(source + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** The length is known only at the end, so chunks are gathered first. */
  private static MemorySegment read(InputStream in, Arena arena) throws IOException {
    try (var scratch = Arena.ofConfined()) {
      List<MemorySegment> chunks = new ArrayList<>();
      long length = 0;
      for (byte[] buffer = in.readNBytes(CHUNK); buffer.length > 0; buffer = in.readNBytes(CHUNK)) {
        var chunk = scratch.allocate(buffer.length);
        chunk.copyFrom(MemorySegment.ofArray(buffer));
        chunks.add(chunk);
        length += buffer.length;
      }
      var all = arena.allocate(length, Long.BYTES);
      long at = 0;
      for (MemorySegment chunk : chunks) {
        all.asSlice(at).copyFrom(chunk);
        at += chunk.byteSize();
      }
      return all;
    }
  }
}
