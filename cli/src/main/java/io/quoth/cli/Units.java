package io.quoth.cli;

import java.util.Locale;

/** Numbers as people read them. */
final class Units {
  private Units() {}

  /** 1536 is "1.5 KiB". */
  static String bytes(long bytes) {
    String[] units = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    return scaled(bytes, 1024, units);
  }

  /** 14162304 is "14.2 M". */
  static String count(long count) {
    return scaled(count, 1000, new String[] {"", "K", "M", "G", "T", "P", "E"}).strip();
  }

  private static String scaled(long number, int step, String[] units) {
    double value = (double) number;
    int unit = 0;
    while (Math.abs(value) >= step && unit < units.length - 1) {
      value /= step;
      unit++;
    }
    String pattern =
        unit == 0 || Math.abs(value) >= 100
            ? "%.0f %s"
            : Math.abs(value) >= 10 ? "%.1f %s" : "%.2f %s";
    return String.format(Locale.ROOT, pattern, value, units[unit]);
  }
}
