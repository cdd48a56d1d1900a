package io.quoth.hub;

import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import io.quoth.hub.RemoteInfo.Amount;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads pieces of files on the server without downloading them: the header of a safetensors file (8
 * bytes with the length n, then n bytes of JSON), as the reference's client does: the first 100,000
 * bytes, and the rest of the header if it is longer; never more than 25 MB.
 */
final class RemoteHeader {
  private static final int FIRST = 100_000;
  private static final int MAX_HEADER = 25_000_000;
  private static final int RETRIES = 5;

  private final Http http;
  private final HubApi api;
  private final Problems problems;
  private final Duration idle;

  RemoteHeader(Http http, HubApi api, Problems problems, Duration idle) {
    this.http = http;
    this.api = api;
    this.problems = problems;
    this.idle = idle;
  }

  /** The amounts of a file's tensors by type. */
  Map<String, Amount> types(ModelName name, String commit, RepoFile file) {
    byte[] first = read(name, commit, file, 0, (int) Math.min(FIRST, file.size()));
    if (first.length < 8) {
      throw bad(name, file, "is " + first.length + " bytes long");
    }
    long length = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > MAX_HEADER || length > file.size() - 8) {
      throw bad(name, file, "says that its header is " + length + " bytes long");
    }
    int end = Math.toIntExact(length + 8);
    byte[] header =
        end <= first.length
            ? Arrays.copyOfRange(first, 8, end)
            : read(name, commit, file, 8, end - 8);
    try {
      return types(Json.parse(header, name + "/" + file.path()));
    } catch (ArithmeticException e) {
      throw bad(name, file, "names a tensor with more values than can be");
    }
  }

  private static Map<String, Amount> types(Json header) {
    var types = new TreeMap<String, Amount>();
    for (String tensor : header.keys()) {
      if (!tensor.equals("__metadata__")) {
        Json entry = header.get(tensor);
        long parameters = 1;
        for (Json size : entry.get("shape").items()) {
          parameters = Math.multiplyExact(parameters, natural(size));
        }
        Json offsets = entry.get("data_offsets");
        long bytes = Math.subtractExact(natural(offsets.item(1)), natural(offsets.item(0)));
        types.merge(type(entry), new Amount(1, parameters, bytes), Amount::plus);
      }
    }
    return types;
  }

  private static String type(Json entry) {
    String type = entry.getString("dtype");
    if (!type.matches("[A-Z0-9_]{1,16}")) {
      throw entry.error("dtype: expected one like F32, found " + Http.clipped(type));
    }
    return type;
  }

  private static long natural(Json number) {
    long value = number.asLong();
    if (value < 0) {
      throw number.error("expected 0 or more, found " + value);
    }
    return value;
  }

  private static BadFileException bad(ModelName name, RepoFile file, String what) {
    return new BadFileException(
        name
            + "/"
            + file.path()
            + ": is no safetensors file: it "
            + what
            + "; expected 8 bytes with the length of the header, then the header");
  }

  /** A small file as a whole. */
  byte[] small(ModelName name, String commit, RepoFile file, int limit) {
    if (file.size() > limit) {
      throw new BadFileException(
          name
              + "/"
              + file.path()
              + ": is "
              + file.size()
              + " bytes long; expected at most "
              + limit);
    }
    return read(name, commit, file, 0, (int) file.size());
  }

  /** {@code length} bytes from {@code from}; a server that sends the whole is read that far. */
  private byte[] read(ModelName name, String commit, RepoFile file, int from, int length) {
    if (length == 0) {
      return new byte[0];
    }
    var uri = api.resolve(name, commit, file.path());
    var range = Map.of("Range", "bytes=" + from + "-" + (from + length - 1));
    try (HttpAnswer answer = http.patiently(RETRIES, () -> http.send("GET", uri, range, idle))) {
      if (answer.status() != 206 && answer.status() != 200) {
        throw problems.ofStatus(name.withRevision(commit), file.path(), answer);
      }
      api.checkIsHub(name, answer);
      if (answer.status() == 206 && answer.rangeStart() != from || answer.isGzipped()) {
        throw problems.notAHub(name, "answered another range than was asked for");
      }
      try (InputStream in = answer.body()) {
        if (answer.status() == 200) {
          in.skipNBytes(from);
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
          throw new java.io.EOFException(
              "ended after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
      }
    } catch (IOException e) {
      throw problems.unreachable(name, uri, e);
    }
  }
}
