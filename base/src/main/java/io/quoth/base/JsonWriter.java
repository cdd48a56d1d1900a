package io.quoth.base;

import java.lang.reflect.Array;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes plain Java values as JSON; see {@link Json#write}. */
final class JsonWriter {
  private final StringBuilder out = new StringBuilder();
  private final boolean pretty;

  private JsonWriter(boolean pretty) {
    this.pretty = pretty;
  }

  static String write(@Nullable Object tree, boolean pretty) {
    var writer = new JsonWriter(pretty);
    writer.value(tree, 0);
    return writer.out.toString();
  }

  private void value(@Nullable Object value, int depth) {
    switch (value) {
      case null -> out.append("null");
      case Json json -> value(json.toJava(), depth);
      case Json.Unread unread -> value(unread.tree("JSON"), depth);
      case CharSequence text -> string(text);
      case Boolean truth -> out.append(truth);
      case Double number -> number(number);
      case Float number -> number(number);
      case Number number -> out.append(number);
      case Map<?, ?> members -> object(members, depth);
      case Iterable<?> items -> array(items, depth);
      case Object array when array.getClass().isArray() -> array(elements(array), depth);
      default ->
          throw new BadArgumentException(
              "cannot be written as JSON: " + value.getClass().getName() + " " + value);
    }
  }

  private static Iterable<@Nullable Object> elements(Object array) {
    var items = new java.util.ArrayList<@Nullable Object>();
    for (int i = 0; i < Array.getLength(array); i++) {
      items.add(Array.get(array, i));
    }
    return items;
  }

  private void number(Number number) {
    double value = number.doubleValue();
    if (Double.isNaN(value)) {
      out.append("NaN");
    } else if (Double.isInfinite(value)) {
      out.append(value > 0 ? "Infinity" : "-Infinity");
    } else {
      out.append(number);
    }
  }

  private void object(Map<?, ?> members, int depth) {
    out.append('{');
    String comma = "";
    for (var member : members.entrySet()) {
      out.append(comma);
      newLine(depth + 1);
      string(String.valueOf(member.getKey()));
      out.append(pretty ? ": " : ":");
      value(member.getValue(), depth + 1);
      comma = ",";
    }
    if (!members.isEmpty()) {
      newLine(depth);
    }
    out.append('}');
  }

  private void array(Iterable<?> items, int depth) {
    out.append('[');
    String comma = "";
    for (Object item : items) {
      out.append(comma);
      newLine(depth + 1);
      value(item, depth + 1);
      comma = ",";
    }
    if (!comma.isEmpty()) {
      newLine(depth);
    }
    out.append(']');
  }

  private void newLine(int depth) {
    if (pretty) {
      out.append('\n').append("  ".repeat(depth));
    }
  }

  private void string(CharSequence text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20 || isLoneSurrogate(text, i)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static boolean isLoneSurrogate(CharSequence text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }
}
