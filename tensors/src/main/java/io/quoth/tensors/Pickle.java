package io.quoth.tensors;

import io.quoth.base.BadFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * As much of Python's pickle format as {@code torch.save} writes for a dictionary of tensors:
 * containers, numbers, texts, names of classes and calls of them, which are kept as they stand and
 * never made. Nothing in a file can run anything here.
 *
 * <p>Yields {@code Map}, {@code List}, {@code String}, {@code Long}, {@code Double}, {@code
 * Boolean}, null, {@link Name}, {@link Call} and {@link Reference}.
 */
final class Pickle {
  private static final int MOST_VALUES = 10_000_000;

  /** A class or function. */
  record Name(String path) {}

  /** A function with its arguments, not called. */
  record Call(Object function, List<@Nullable Object> arguments) {}

  /** Something that lies outside of the pickle. */
  record Reference(@Nullable Object id) {}

  private static final Object MARK = new Object();

  private final ByteBuffer in;
  private final String source;
  private final List<@Nullable Object> stack = new ArrayList<>();
  private final Map<Integer, @Nullable Object> memo = new HashMap<>();
  private int values;

  private Pickle(byte[] bytes, String source) {
    in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.source = source;
  }

  /**
   * Reads one pickle.
   *
   * @throws BadFileException when it is damaged or holds what tensors do not need
   */
  static @Nullable Object read(byte[] bytes, String source) {
    var pickle = new Pickle(bytes, source);
    try {
      return pickle.run();
    } catch (RuntimeException e) {
      if (e instanceof BadFileException known) {
        throw known;
      }
      throw new BadFileException(
          source + ": is damaged at byte " + pickle.in.position() + ": " + e, e);
    }
  }

  private @Nullable Object run() {
    while (true) {
      int at = in.position();
      int code = in.get() & 0xFF;
      if (code == '.') {
        return pop();
      }
      if (++values > MOST_VALUES) {
        throw error("has more than " + MOST_VALUES + " values");
      }
      if (!number(code) && !text(code) && !container(code) && !object(code)) {
        throw error(
            "instruction " + code + " at byte " + at + " is none that a file of tensors needs");
      }
    }
  }

  private boolean number(int code) {
    switch (code) {
      case 'K' -> push((long) (in.get() & 0xFF));
      case 'M' -> push((long) (in.getShort() & 0xFFFF));
      case 'J' -> push((long) in.getInt());
      case 0x8a -> push(longOf(in.get() & 0xFF));
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
      case 'N' -> push(null);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** A whole number of so many bytes, lowest first, the highest bit its sign. */
  private long longOf(int bytes) {
    if (bytes > 8) {
      throw error("a whole number of " + bytes + " bytes");
    }
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (in.get() & 0xFFL) << 8 * i;
    }
    int unused = 64 - 8 * bytes;
    return bytes == 0 ? 0 : value << unused >> unused;
  }

  private boolean text(int code) {
    switch (code) {
      case 'X' -> push(utf8(in.getInt()));
      case 0x8c, 'U' -> push(utf8(in.get() & 0xFF));
      case 'c' -> push(new Name(line() + "." + line()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private String utf8(int length) {
    if (length < 0 || length > in.remaining()) {
      throw error("a text of " + length + " bytes with " + in.remaining() + " left");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String line() {
    var text = new StringBuilder();
    for (byte b = in.get(); b != '\n'; b = in.get()) {
      text.append((char) b);
    }
    return text.toString();
  }

  @SuppressWarnings("unchecked") // only this class puts maps and lists on the stack
  private boolean container(int code) {
    switch (code) {
      case '(' -> push(MARK);
      case '}' -> push(new LinkedHashMap<@Nullable Object, @Nullable Object>());
      case ']' -> push(new ArrayList<@Nullable Object>());
      case ')' -> push(List.of());
      case 't' -> push(sinceMark());
      case 0x85 -> push(last(1));
      case 0x86 -> push(last(2));
      case 0x87 -> push(last(3));
      case 's' -> put(last(2));
      case 'u' -> put(sinceMark());
      case 'a' -> {
        var one = last(1);
        ((List<@Nullable Object>) top()).addAll(one);
      }
      case 'e' -> {
        var items = sinceMark();
        ((List<@Nullable Object>) top()).addAll(items);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  @SuppressWarnings("unchecked") // only this class puts maps on the stack
  private void put(List<@Nullable Object> members) {
    // An ordered dictionary is a call without arguments that is filled afterwards.
    if (top() instanceof Call call
        && call.function.equals(new Name("collections.OrderedDict"))
        && call.arguments.isEmpty()) {
      pop();
      push(new LinkedHashMap<@Nullable Object, @Nullable Object>());
    }
    var map = (Map<@Nullable Object, @Nullable Object>) top();
    for (int i = 0; i + 1 < members.size(); i += 2) {
      map.put(members.get(i), members.get(i + 1));
    }
  }

  private boolean object(int code) {
    switch (code) {
      case 0x80 -> in.get(); // the protocol
      case 0x95 -> in.getLong(); // a frame
      case 'q' -> memo.put(in.get() & 0xFF, top());
      case 'r' -> memo.put(in.getInt(), top());
      case 0x94 -> memo.put(memo.size(), top());
      case 'h' -> push(memo.get(in.get() & 0xFF));
      case 'j' -> push(memo.get(in.getInt()));
      case 'Q' -> push(new Reference(pop()));
      case 'b' -> pop(); // attributes of an object: metadata of a state dictionary
      case 'R' -> {
        var arguments = pop();
        var function = pop();
        if (!(arguments instanceof List<?> list) || function == null) {
          throw error("a call without arguments");
        }
        push(new Call(function, new ArrayList<@Nullable Object>(list)));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void push(@Nullable Object value) {
    stack.add(value);
  }

  private @Nullable Object pop() {
    return stack.removeLast();
  }

  private Object top() {
    Object top = stack.getLast();
    if (top == null) {
      throw error("nothing to be filled");
    }
    return top;
  }

  private List<@Nullable Object> last(int count) {
    var tail = stack.subList(stack.size() - count, stack.size());
    var values = new ArrayList<@Nullable Object>(tail);
    tail.clear();
    return values;
  }

  private List<@Nullable Object> sinceMark() {
    int mark = stack.lastIndexOf(MARK);
    if (mark < 0) {
      throw error("a group without a beginning");
    }
    var values = last(stack.size() - mark - 1);
    pop();
    return values;
  }

  private BadFileException error(String problem) {
    return new BadFileException(source + ": " + problem + " (byte " + in.position() + ")");
  }
}
