package io.quoth.base;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
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
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * A JSON value that knows where it stands, so that every error names file and key: {@code
 * config.json: rope_parameters.rope_theta: expected a number, found "x"}.
 *
 * <p>Reading is bounded (depth 500, strings of 100 million characters) and accepts what Python
 * writes: {@code NaN}, {@code Infinity}, lone surrogates as {@code \\uXXXX}. An instance is a view
 * of an immutable tree and safe to share between threads. Every {@code as…} and {@code get…} throws
 * {@link BadFileException} when the value is missing or of another kind; a member that is {@code
 * null} counts as missing.
 */
public final class Json {
  /** Far above any tokenizer.json (some two million), and still a tree that fits into memory. */
  private static final int MAX_VALUES = 20_000_000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(500)
                  .maxStringLength(100_000_000)
                  .maxNameLength(1_000_000)
                  .build())
          .build();

  /** Names are read once here, so that keeping them in a table of names would cost more. */
  private static final JsonFactory PULL_FACTORY =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
          .streamReadConstraints(FACTORY.streamReadConstraints())
          .build();

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
    return parse(new ByteArrayInputStream(utf8), source, Duplicates.LAST_WINS);
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
        var in = new ByteArrayInputStream(utf8, from, to - from);
        known = Objects.requireNonNull(parse(in, source, Duplicates.LAST_WINS).value);
        tree = known;
      }
      return known;
    }
  }

  /** Reads this value token by token. */
  public JsonPull pull() {
    String source = place.toString();
    var context = ObjectReadContext.empty();
    if (value instanceof Unread unread) {
      int length = unread.to - unread.from;
      return new JsonPull(
          PULL_FACTORY.createParser(context, unread.utf8, unread.from, length), source);
    }
    byte[] utf8 = write(value).getBytes(StandardCharsets.UTF_8);
    return new JsonPull(PULL_FACTORY.createParser(context, utf8), source);
  }

  private @Nullable Object value() {
    return value instanceof Unread unread ? unread.tree(place.toString()) : value;
  }

  /** Reads a UTF-8 stream to its end; {@code source} stands for it in errors. */
  public static Json parse(InputStream utf8, String source, Duplicates duplicates) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
      return parse(parser, source, duplicates, Large.NONE);
    } catch (JacksonException e) {
      throw notValid(source, e);
    }
  }

  private static Json parse(byte[] utf8, String source, Duplicates duplicates, Large large) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
      return parse(parser, source, duplicates, large);
    } catch (JacksonException e) {
      throw notValid(source, e);
    }
  }

  private static Json parse(JsonParser parser, String source, Duplicates duplicates, Large large) {
    if (parser.nextToken() == null) {
      throw new BadFileException(source + ": is empty; expected JSON");
    }
    Object tree =
        new Reading(parser, source, duplicates, new Budget(source, MAX_VALUES), large).read("", 0);
    if (parser.nextToken() != null) {
      throw new BadFileException(source + ": has text behind the end of its JSON value");
    }
    return new Json(tree, Place.root(source));
  }

  /**
   * Reads a UTF-8 stream that must be one object, and hands over its members one by one, in the
   * order of the file: for files that are too large to be kept as a tree.
   *
   * @param maxValues how many values one member may hold at most
   * @throws BadFileException when it is no object, names a member twice (for {@link
   *     Duplicates#REFUSED} inside members too) or a member holds too many values
   */
  public static void forEachMember(
      InputStream utf8,
      String source,
      Duplicates duplicates,
      int maxValues,
      BiConsumer<String, Json> each) {
    var root = Place.root(source);
    var names = new HashSet<String>();
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new BadFileException(source + ": expected a JSON object");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        parser.nextToken();
        if (duplicates == Duplicates.REFUSED && !names.add(key)) {
          throw new BadFileException(source + ": names \"" + key + "\" twice");
        }
        var budget = new Budget(source, maxValues);
        var reading = new Reading(parser, source, duplicates, budget, Large.NONE);
        each.accept(key, new Json(reading.read("", 0), root.member(key)));
      }
      if (parser.nextToken() != null) {
        throw new BadFileException(source + ": has text behind the end of its JSON value");
      }
    } catch (JacksonException e) {
      throw notValid(source, e);
    }
  }

  static BadFileException notValid(String source, JacksonException e) {
    var at = e.getLocation();
    var where = at == null ? "" : ", line " + at.getLineNr() + ", column " + at.getColumnNr();
    return new BadFileException(
        source + where + ": is not valid JSON: " + e.getOriginalMessage(), e);
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
      JsonParser parser, String source, Duplicates duplicates, Budget budget, Large large) {
    /** The value that begins at the parser's token, {@code depth} levels below the root. */
    @Nullable Object read(String path, int depth) {
      budget.spend();
      JsonToken token = parser.currentToken();
      return switch (token) {
        case START_OBJECT -> object(path, depth);
        case START_ARRAY -> {
          var items = new ArrayList<@Nullable Object>();
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(read("", depth + 1));
          }
          yield items;
        }
        case VALUE_STRING -> parser.getString();
        case VALUE_NUMBER_INT -> {
          Number number = parser.getNumberValue();
          yield number instanceof BigInteger ? number : (Number) number.longValue();
        }
        case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
        case VALUE_TRUE -> true;
        case VALUE_FALSE -> false;
        case VALUE_NULL -> null;
        default -> throw new BadFileException(source + ": is not valid JSON: " + token);
      };
    }

    private Map<String, @Nullable Object> object(String path, int depth) {
      var members = new LinkedHashMap<String, @Nullable Object>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        parser.nextToken();
        if (duplicates == Duplicates.REFUSED && members.containsKey(key)) {
          throw new BadFileException(source + ": names \"" + key + "\" twice");
        }
        String inside = depth == 0 ? key : depth == 1 ? path + "." + key : "";
        Unread unread = depth == 1 && large.names.contains(inside) ? unread() : null;
        members.put(key, unread != null ? unread : read(inside, depth + 1));
      }
      return members;
    }

    /** Leaves an array or object unread; null for another value, or where it cannot be found. */
    private @Nullable Unread unread() {
      JsonToken token = parser.currentToken();
      long from = parser.currentTokenLocation().getByteOffset();
      if (from < 0 || token != JsonToken.START_OBJECT && token != JsonToken.START_ARRAY) {
        return null;
      }
      parser.skipChildren();
      int to = (int) parser.currentLocation().getByteOffset();
      return new Unread(large.utf8, (int) from, to, token == JsonToken.START_OBJECT);
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
