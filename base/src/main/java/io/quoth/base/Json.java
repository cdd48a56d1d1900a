package io.quoth.base;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value that knows where it stands, so that every error names file and key: {@code
 * config.json: rope_parameters.rope_theta: expected a number, found "x"}.
 *
 * <p>Reading is bounded (depth 500, 20 million values) and accepts what Python writes: {@code NaN},
 * {@code Infinity}, lone surrogates as {@code \\uXXXX}. An instance is a view of an immutable tree
 * and safe to share between threads. Every {@code as…} and {@code get…} throws {@link
 * BadFileException} when the value is missing or of another kind; a member that is {@code null}
 * counts as missing.
 */
public final class Json {
  /** Far above any tokenizer.json (some two million), and still a tree that fits into memory. */
  private static final int MAX_VALUES = 20_000_000;

  private final @Nullable Object value;
  private final Place place;

  private Json(@Nullable Object value, Place place) {
    this.value = value;
    this.place = place;
  }

  /** The source and the steps from its root to a value. */
  private record Place(String source, @Nullable Place parent, String step) {
    static Place root(String source) {
      return new Place(source, null, "");
    }

    Place member(String key) {
      return new Place(source, this, parent == null ? key : "." + key);
    }

    Place item(int index) {
      return new Place(source, this, "[" + index + "]");
    }

    private void appendTo(StringBuilder out) {
      if (parent != null) {
        parent.appendTo(out);
      }
      out.append(step);
    }

    @Override
    public String toString() {
      var path = new StringBuilder();
      appendTo(path);
      return path.isEmpty() ? source : source + ": " + path;
    }
  }

  /** What to do when an object names a member twice. */
  public enum Duplicates {
    /** The last one counts, as in Python. */
    LAST_WINS,
    /** The file is refused. */
    REFUSED
  }

  /** Reads a file. Its path is the source named in errors. */
  public static Json parse(Path file) {
    return parse(file, Set.of());
  }

  /** Reads a file, but for its {@code large} members: {@link #parse(byte[], String, Set)}. */
  public static Json parse(Path file, Set<String> large) {
    try {
      return parse(Files.readAllBytes(file), file.toString(), large);
    } catch (NoSuchFileException e) {
      throw new BadFileException(file + ": no such file", e);
    } catch (IOException e) {
      throw new BadFileException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Reads text; {@code source} stands for it in errors. */
  public static Json parse(String text, String source) {
    return parse(text.getBytes(StandardCharsets.UTF_8), source);
  }

  /** Reads UTF-8 bytes; {@code source} stands for them in errors. */
  public static Json parse(byte[] utf8, String source) {
    return parse(utf8, source, Duplicates.LAST_WINS);
  }

  /**
   * Reads UTF-8 bytes, but leaves the arrays and objects of some members as they stand, to be read
   * with {@link #pull} when they are needed: for members too large to be kept as a tree. Whatever
   * else is asked of them makes the tree then.
   *
   * @param large the members, each as its own name and that of the root's member it is in, as in
   *     {@code model.vocab}
   */
  public static Json parse(byte[] utf8, String source, Set<String> large) {
    return parse(utf8, source, Duplicates.LAST_WINS, new Large(utf8, large));
  }

  /** The members that are not read at once. */
  private record Large(byte[] utf8, Set<String> names) {
    static final Large NONE = new Large(new byte[0], Set.of());
  }

  /** A value that is not read yet: bytes {@code from} to {@code to}. */
  static final class Unread {
    private final byte[] utf8;
    private final int from;
    private final int to;
    private final boolean object;
    private volatile @Nullable Object tree; // equal whoever reads it

    Unread(byte[] utf8, int from, int to, boolean object) {
      this.utf8 = utf8;
      this.from = from;
      this.to = to;
      this.object = object;
    }

    Object tree(String source) {
      Object known = tree;
      if (known == null) {
        var pull = new JsonPull(utf8, from, to, source, source);
        known =
            Objects.requireNonNull(
                parse(pull, source, Duplicates.LAST_WINS, Large.NONE, MAX_VALUES).value);
        tree = known;
      }
      return known;
    }
  }

  /** Reads this value token by token. */
  public JsonPull pull() {
    String here = place.toString();
    if (value instanceof Unread unread) {
      return new JsonPull(unread.utf8, unread.from, unread.to, place.source, here);
    }
    byte[] utf8 = write(value).getBytes(StandardCharsets.UTF_8);
    return new JsonPull(utf8, 0, utf8.length, here, here);
  }

  private @Nullable Object value() {
    return value instanceof Unread unread ? unread.tree(place.toString()) : value;
  }

  /** Reads UTF-8 bytes; {@code source} stands for them in errors. */
  public static Json parse(byte[] utf8, String source, Duplicates duplicates) {
    return parse(utf8, source, duplicates, Large.NONE);
  }

  private static Json parse(byte[] utf8, String source, Duplicates duplicates, Large large) {
    var pull = new JsonPull(utf8, 0, utf8.length, source, source);
    return parse(pull, source, duplicates, large, MAX_VALUES);
  }

  private static Json parse(
      JsonPull pull, String source, Duplicates duplicates, Large large, int maxValues) {
    pull.next();
    var reading = new Reading(pull, source, duplicates, new Budget(source, maxValues), large);
    Object tree = reading.read("", 0);
    pull.next(); // throws where there is more
    return new Json(tree, Place.root(source));
  }

  /**
   * Reads UTF-8 bytes that must be one object, and hands over its members one by one, in the order
   * of the file: for files that are too large to be kept as a tree.
   *
   * @param maxValues how many values one member may hold at most
   * @throws BadFileException when it is no object, names a member twice (for {@link
   *     Duplicates#REFUSED} inside members too) or a member holds too many values
   */
  public static void forEachMember(
      byte[] utf8,
      String source,
      Duplicates duplicates,
      int maxValues,
      BiConsumer<String, Json> each) {
    var root = Place.root(source);
    var names = new HashSet<String>();
    var pull = new JsonPull(utf8, 0, utf8.length, source, source);
    if (pull.next() != JsonPull.Kind.OBJECT) {
      throw new BadFileException(source + ": expected a JSON object");
    }
    while (pull.next() != JsonPull.Kind.END) {
      String key = pull.text();
      pull.next();
      if (duplicates == Duplicates.REFUSED && !names.add(key)) {
        throw new BadFileException(source + ": names \"" + key + "\" twice");
      }
      var budget = new Budget(source, maxValues);
      var reading = new Reading(pull, source, duplicates, budget, Large.NONE);
      each.accept(key, new Json(reading.read("", 0), root.member(key)));
    }
    pull.next(); // throws where there is more
  }

  /** Counts values down, so that a small file cannot become a huge tree. */
  private static final class Budget {
    private final String source;
    private int left;

    Budget(String source, int values) {
      this.source = source;
      left = values;
    }

    void spend() {
      if (--left < 0) {
        throw new BadFileException(source + ": holds more values than such a file can need");
      }
    }
  }

  /** A tree in the making. */
  private record Reading(
      JsonPull pull, String source, Duplicates duplicates, Budget budget, Large large) {
    /** The value that begins at the reader's token, {@code depth} levels below the root. */
    @Nullable Object read(String path, int depth) {
      budget.spend();
      return switch (pull.kind()) {
        case OBJECT -> object(path, depth);
        case ARRAY -> array(depth);
        case TEXT -> pull.text();
        case WHOLE, DECIMAL -> pull.number();
        case TRUTH -> pull.text().equals("true");
        case NULL -> null;
        case NAME, END, NOTHING -> throw new AssertionError(pull.kind());
      };
    }

    private List<@Nullable Object> array(int depth) {
      var items = new ArrayList<@Nullable Object>();
      while (pull.next() != JsonPull.Kind.END) {
        items.add(read("", depth + 1));
      }
      return items;
    }

    private Map<String, @Nullable Object> object(String path, int depth) {
      var members = new LinkedHashMap<String, @Nullable Object>();
      while (pull.next() != JsonPull.Kind.END) {
        String key = pull.text();
        pull.next();
        if (duplicates == Duplicates.REFUSED && members.containsKey(key)) {
          throw new BadFileException(source + ": names \"" + key + "\" twice");
        }
        String inside = depth == 0 ? key : depth == 1 ? path + "." + key : "";
        boolean later = depth == 1 && large.names.contains(inside) && isLong();
        members.put(key, later ? unread() : read(inside, depth + 1));
      }
      return members;
    }

    private boolean isLong() {
      return pull.kind() == JsonPull.Kind.OBJECT || pull.kind() == JsonPull.Kind.ARRAY;
    }

    /** Leaves an array or object unread. */
    private Unread unread() {
      boolean object = pull.kind() == JsonPull.Kind.OBJECT;
      int from = pull.from();
      pull.skip();
      return new Unread(large.utf8, from, pull.to(), object);
    }
  }

  /** An error at this value: source, path, then {@code problem}. For callers to throw. */
  public BadFileException error(String problem) {
    return new BadFileException(place + ": " + problem);
  }

  /** Source and path of this value, as errors name it. */
  public String place() {
    return place.toString();
  }

  /** Whether this is {@code null}. */
  public boolean isNull() {
    return value == null;
  }

  /** Whether this is an object. */
  public boolean isObject() {
    return value instanceof Map || value instanceof Unread unread && unread.object;
  }

  /** Whether this is an array. */
  public boolean isArray() {
    return value instanceof List || value instanceof Unread unread && !unread.object;
  }

  /** Whether this is a string. */
  public boolean isString() {
    return value instanceof String;
  }

  /** Whether this is a number. */
  public boolean isNumber() {
    return value instanceof Number;
  }

  /** Whether this is {@code true} or {@code false}. */
  public boolean isBoolean() {
    return value instanceof Boolean;
  }

  /** Whether this object has a member of that name that is not {@code null}. */
  public boolean has(String key) {
    return object().get(key) != null;
  }

  /** The member of that name, if it is there and not {@code null}. */
  public Optional<Json> find(String key) {
    Object member = object().get(key);
    return member == null ? Optional.empty() : Optional.of(new Json(member, place.member(key)));
  }

  /** The member of that name. */
  public Json get(String key) {
    return find(key).orElseThrow(() -> error("has no \"" + key + "\""));
  }

  /** The names of this object's members, in the order of the file. */
  public Set<String> keys() {
    return Collections.unmodifiableSet(object().keySet());
  }

  /** How many items this array, or members this object, has. */
  public int size() {
    return value() instanceof Map<?, ?> members ? members.size() : array().size();
  }

  /** The item at {@code index}, from 0, of this array. */
  public Json item(int index) {
    return new Json(array().get(index), place.item(index));
  }

  /** The items of this array. */
  public List<Json> items() {
    var items = new ArrayList<Json>(array().size());
    for (int i = 0; i < array().size(); i++) {
      items.add(item(i));
    }
    return items;
  }

  /** This string. */
  public String asString() {
    if (value instanceof String text) {
      return text;
    }
    throw expected("a string");
  }

  /** This number, which must be a whole one that fits an {@code int}. */
  public int asInt() {
    long number = asLong();
    if (number != (int) number) {
      throw expected("a whole number of 32 bits");
    }
    return (int) number;
  }

  /** This number, which must be a whole one that fits a {@code long}; 5.0 counts as 5. */
  public long asLong() {
    if (value instanceof Long number) {
      return number;
    }
    if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
      return number.longValue();
    }
    throw expected("a whole number of 64 bits");
  }

  /** This number. */
  public double asDouble() {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw expected("a number");
  }

  /** This truth value. */
  public boolean asBoolean() {
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw expected("true or false");
  }

  /** The string member of that name. */
  public String getString(String key) {
    return get(key).asString();
  }

  /** The string member of that name, or {@code otherwise} when it is missing. */
  public String getString(String key, String otherwise) {
    return find(key).map(Json::asString).orElse(otherwise);
  }

  /** The whole-number member of that name. */
  public int getInt(String key) {
    return get(key).asInt();
  }

  /** The whole-number member of that name, or {@code otherwise} when it is missing. */
  public int getInt(String key, int otherwise) {
    return find(key).map(Json::asInt).orElse(otherwise);
  }

  /** The number member of that name. */
  public double getDouble(String key) {
    return get(key).asDouble();
  }

  /** The number member of that name, or {@code otherwise} when it is missing. */
  public double getDouble(String key, double otherwise) {
    return find(key).map(Json::asDouble).orElse(otherwise);
  }

  /** The truth member of that name. */
  public boolean getBoolean(String key) {
    return get(key).asBoolean();
  }

  /** The truth member of that name, or {@code otherwise} when it is missing. */
  public boolean getBoolean(String key, boolean otherwise) {
    return find(key).map(Json::asBoolean).orElse(otherwise);
  }

  /** The tree in plain Java: Map, List, String, Long, BigInteger, Double, Boolean or null. */
  public @Nullable Object toJava() {
    return value();
  }

  /** This value on one line. */
  @Override
  public String toString() {
    return JsonWriter.write(value(), false);
  }

  /**
   * Plain Java as JSON on one line. Takes {@code Map} (keys become text), {@code Iterable}, arrays
   * of numbers or objects, {@code CharSequence}, {@code Number}, {@code Boolean}, {@code Json},
   * {@code null}. Numbers that JSON lacks are written as Python does: {@code NaN}, {@code
   * Infinity}. Lone surrogates are written as {@code \\uXXXX}, so the text survives UTF-8.
   */
  public static String write(@Nullable Object tree) {
    return JsonWriter.write(tree, false);
  }

  /** As {@link #write}, over several lines with two blanks a level, for people. */
  public static String writePretty(@Nullable Object tree) {
    return JsonWriter.write(tree, true);
  }

  @SuppressWarnings("unchecked") // the tree is built by read() alone
  private Map<String, @Nullable Object> object() {
    if (value() instanceof Map<?, ?> members) {
      return (Map<String, @Nullable Object>) members;
    }
    throw expected("an object");
  }

  @SuppressWarnings("unchecked") // the tree is built by read() alone
  private List<@Nullable Object> array() {
    if (value() instanceof List<?> items) {
      return (List<@Nullable Object>) items;
    }
    throw expected("an array");
  }

  private BadFileException expected(String what) {
    String found = toString();
    return error(
        "expected "
            + what
            + ", found "
            + (found.length() > 60 ? found.substring(0, 60) + "…" : found));
  }
}
