package io.quoth.base;

import java.math.BigInteger;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads a large JSON value token by token, without keeping it: {@link #next} moves on, the other
 * methods tell what stands there. For one thread. Everything throws {@link BadFileException} where
 * the text is no JSON.
 */
public final class JsonPull implements AutoCloseable {
  private final JsonParser parser;
  private final String place;
  private Kind kind = Kind.NULL;

  /** What stands at the current place. */
  public enum Kind {
    /** The beginning of an object; names and values follow. */
    OBJECT,
    /** The beginning of an array. */
    ARRAY,
    /** The end of the innermost object or array. */
    END,
    /** The name of a member. */
    NAME,
    /** A string. */
    TEXT,
    /** A whole number. */
    WHOLE,
    /** Another number. */
    DECIMAL,
    /** {@code true} or {@code false}. */
    TRUTH,
    /** {@code null}. */
    NULL,
    /** Behind the end of the value. */
    NOTHING
  }

  JsonPull(JsonParser parser, String place) {
    this.parser = parser;
    this.place = place;
  }

  /** Moves to the next token. */
  public Kind next() {
    try {
      JsonToken token = parser.nextToken();
      kind = token == null ? Kind.NOTHING : kind(token);
      return kind;
    } catch (JacksonException e) {
      throw Json.notValid(place, e);
    }
  }

  private Kind kind(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> Kind.OBJECT;
      case START_ARRAY -> Kind.ARRAY;
      case END_OBJECT, END_ARRAY -> Kind.END;
      case PROPERTY_NAME -> Kind.NAME;
      case VALUE_STRING -> Kind.TEXT;
      case VALUE_NUMBER_INT -> Kind.WHOLE;
      case VALUE_NUMBER_FLOAT -> Kind.DECIMAL;
      case VALUE_TRUE, VALUE_FALSE -> Kind.TRUTH;
      case VALUE_NULL -> Kind.NULL;
      default -> throw error("is not valid JSON: " + token);
    };
  }

  /** The kind that {@link #next} gave. */
  public Kind kind() {
    return kind;
  }

  /** The name, string or number here, as it reads. */
  public String text() {
    try {
      return parser.getString();
    } catch (JacksonException e) {
      throw Json.notValid(place, e);
    }
  }

  /** The array that holds the string here, to be read at once and not changed. */
  public char[] chars() {
    try {
      return parser.getStringCharacters();
    } catch (JacksonException e) {
      throw Json.notValid(place, e);
    }
  }

  /** Where in {@link #chars} the string begins; to be asked after it. */
  public int offset() {
    return parser.getStringOffset();
  }

  /** How many chars the string has. */
  public int length() {
    return parser.getStringLength();
  }

  /** The whole number here, or {@code otherwise} where there is none that fits a {@code long}. */
  public long whole(long otherwise) {
    try {
      return kind != Kind.WHOLE || parser.getNumberValue() instanceof BigInteger
          ? otherwise
          : parser.getLongValue();
    } catch (JacksonException e) {
      throw Json.notValid(place, e);
    }
  }

  /** The number here. */
  public double decimal() {
    if (kind != Kind.WHOLE && kind != Kind.DECIMAL) {
      throw error("expected a number, found " + kind);
    }
    try {
      return parser.getNumberValue().doubleValue();
    } catch (JacksonException e) {
      throw Json.notValid(place, e);
    }
  }

  /** An error at this value, for callers to throw. */
  public BadFileException error(String problem) {
    return new BadFileException(place + ": " + problem);
  }

  @Override
  public void close() {
    parser.close();
  }
}
