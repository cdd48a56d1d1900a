package io.quoth.kernels;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What this machine calculates with.
 *
 * @param architecture as Java names it: {@code amd64}, {@code aarch64}
 * @param maker {@code AMD}, {@code Intel}, …, or {@code unknown}
 * @param model its name, or {@code unknown}
 * @param processors how many this JVM may use
 * @param features instruction sets that matter here, in the order of {@link #KNOWN}; empty when
 *     unknown
 */
public record Processor(
    String architecture, String maker, String model, int processors, List<String> features) {

  /** Linux' names of instruction sets, and ours. */
  private static final List<Map.Entry<String, String>> KNOWN =
      List.of(
          Map.entry("avx2", "AVX2"),
          Map.entry("fma", "FMA"),
          Map.entry("f16c", "F16C"),
          Map.entry("avx_vnni", "AVX-VNNI"),
          Map.entry("avx512f", "AVX-512"),
          Map.entry("avx512_vnni", "AVX-512 VNNI"),
          Map.entry("avx512_bf16", "AVX-512 BF16"),
          Map.entry("avx512_fp16", "AVX-512 FP16"),
          Map.entry("amx_tile", "AMX"),
          Map.entry("amx_int8", "AMX int8"),
          Map.entry("amx_bf16", "AMX bf16"),
          Map.entry("asimd", "NEON"),
          Map.entry("asimddp", "dot product"),
          Map.entry("i8mm", "int8 matrices"),
          Map.entry("bf16", "bf16"),
          Map.entry("sve", "SVE"));

  private static final int MOST_BYTES = 1 << 16;

  public Processor {
    features = List.copyOf(features);
  }

  /** This machine's. What cannot be found out is {@code unknown}; nothing is guessed. */
  public static Processor detect() {
    return parse(
        read(Path.of("/proc/cpuinfo")),
        System.getProperty("os.arch", "unknown"),
        Runtime.getRuntime().availableProcessors());
  }

  /** From the text of Linux' {@code /proc/cpuinfo}; empty elsewhere. */
  static Processor parse(String cpuinfo, String architecture, int processors) {
    Set<String> flags =
        new HashSet<>(
            Arrays.asList((value(cpuinfo, "flags") + " " + value(cpuinfo, "Features")).split(" ")));
    List<String> features = new ArrayList<>();
    for (var known : KNOWN) {
      if (flags.contains(known.getKey())) {
        features.add(known.getValue());
      }
    }
    String maker =
        switch (value(cpuinfo, "vendor_id")) {
          case "AuthenticAMD" -> "AMD";
          case "GenuineIntel" -> "Intel";
          case "" -> "unknown";
          case String other -> other;
        };
    String model = value(cpuinfo, "model name");
    return new Processor(
        architecture, maker, model.isEmpty() ? "unknown" : model, processors, features);
  }

  private static String value(String cpuinfo, String key) {
    for (String line : cpuinfo.split("\n")) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).strip().equals(key)) {
        return line.substring(colon + 1).strip();
      }
    }
    return "";
  }

  private static String read(Path file) {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return ""; // not Linux, or not for us to see
    }
  }
}
