package io.quoth.tokenizers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The added tokens of a tokenizer and how they are found in a text. Immutable. */
final class AddedTokens {
  private final List<AddedToken> tokens;
  private final Map<Integer, AddedToken> byId = new HashMap<>();
  private final Map<Integer, String> spellings = new HashMap<>();
  private final Map<String, AddedToken> byContent = new HashMap<>();
  private final Set<String> special = new HashSet<>();
  private final @Nullable Finder raw;
  private final @Nullable Finder normalized;

  /** The tokens with the ids that they have, the last of equal content counting. */
  AddedTokens(List<AddedToken> tokens, @Nullable Normalizer normalizer) {
    this(tokens, normalizer, _ -> true);
  }

  /** The same tokens, of which only some are found in texts. */
  AddedTokens finding(Predicate<AddedToken> wanted, @Nullable Normalizer normalizer) {
    return new AddedTokens(tokens, normalizer, wanted);
  }

  private AddedTokens(
      List<AddedToken> tokens, @Nullable Normalizer normalizer, Predicate<AddedToken> wanted) {
    this.tokens = List.copyOf(tokens);
    var rawPatterns = new LinkedHashMap<String, AddedToken>();
    var normalizedPatterns = new LinkedHashMap<String, AddedToken>();
    for (AddedToken token : tokens) {
      byId.put(token.id(), token);
      byContent.put(token.content(), token);
      String content =
          token.normalized() && normalizer != null
              ? normalizer.apply(Text.of(token.content())).toString()
              : token.content();
      spellings.put(token.id(), content);
      if (token.special()) {
        special.add(token.content());
      }
      if (wanted.test(token)) {
        (token.normalized() ? normalizedPatterns : rawPatterns).put(content, token);
      }
    }
    raw = Finder.of(rawPatterns);
    normalized = Finder.of(normalizedPatterns);
  }

  /**
   * Gives the tokens of a list the ids that the reference gives them: that of the model's
   * vocabulary, else the next free one; the ids of the list do not count.
   */
  static List<AddedToken> number(List<AddedToken> listed, Vocabulary vocabulary) {
    var tokens = new LinkedHashMap<String, AddedToken>();
    int size = vocabulary.size();
    int largest = -1;
    for (AddedToken token : listed) {
      if (token.content().isEmpty()) {
        continue;
      }
      AddedToken earlier = tokens.get(token.content());
      int id = earlier == null ? vocabulary.find(token.content()) : earlier.id();
      if (id < 0) {
        id = largest >= size ? largest + 1 : size;
      }
      largest = Math.max(largest, id);
      tokens.put(token.content(), token.withId(id));
    }
    return new ArrayList<>(tokens.values());
  }

  List<AddedToken> tokens() {
    return tokens;
  }

  /** The text of an added token, or null. */
  @Nullable String token(int id) {
    AddedToken token = byId.get(id);
    return token == null ? null : token.content();
  }

  /**
   * What an added token decodes to, or null: its normalized spelling, which does not count as
   * special where it differs from the token's.
   */
  @Nullable String spelling(int id) {
    return spellings.get(id);
  }

  @Nullable AddedToken find(String content) {
    return byContent.get(content);
  }

  /** Whether a token that reads like this is special. */
  boolean isSpecial(String content) {
    return special.contains(content);
  }

  /** Takes the parts of a text, from the left: found tokens, and what lies between. */
  interface Parts {
    void text(int start, int end);

    void token(AddedToken token, int start, int end);
  }

  /** Cuts a text that is not normalized. */
  void splitRaw(Text text, boolean ignoreSpecial, Parts out) {
    split(raw, text, ignoreSpecial, out);
  }

  /** Cuts a normalized text. */
  void splitNormalized(Text text, boolean ignoreSpecial, Parts out) {
    split(normalized, text, ignoreSpecial, out);
  }

  private static void split(@Nullable Finder finder, Text text, boolean ignoreSpecial, Parts out) {
    if (finder == null) {
      out.text(text.from, text.to);
      return;
    }
    int done = text.from;
    int last = -1;
    for (int at = text.from; (at = finder.find(text.chars, at, text.to)) < text.to; ) {
      Finder.Hit hit = finder.longest(text.chars, at, text.to);
      if (hit == null || hit.length() == 0 && at == last) {
        at++;
        continue;
      }
      last = at + hit.length();
      AddedToken token = hit.token();
      int start = at;
      int end = at + hit.length();
      at = end;
      if (ignoreSpecial && token.special()
          || token.singleWord() && !standsAlone(text, start, end)) {
        continue;
      }
      if (token.lstrip()) {
        while (start > text.from && Unicode.isWhitespace(text.chars[start - 1])) {
          start--;
        }
        start = Math.max(start, done);
      }
      if (token.rstrip()) {
        while (end < text.to && Unicode.isWhitespace(text.chars[end])) {
          end++;
        }
      }
      if (done < start) {
        out.text(done, start);
      }
      if (start < end) {
        // It may lie in what the one before swallowed: the reference's way.
        out.token(token, start, end);
      }
      done = end;
    }
    if (done < text.to) {
      out.text(done, text.to);
    }
  }

  private static boolean standsAlone(Text text, int start, int end) {
    return (start == text.from || !Unicode.isWord(text.codePointBefore(start)))
        && (end == text.to || !Unicode.isWord(text.codePoint(end)));
  }

  /** Finds strings, the longest that begin at a place. */
  private static final class Finder {
    private final Trie trie = new Trie();
    private final List<AddedToken> tokens = new ArrayList<>();
    private final List<Integer> lengths = new ArrayList<>();
    private final boolean[] ascii = new boolean[128];
    private boolean others;

    static @Nullable Finder of(Map<String, AddedToken> patterns) {
      var finder = new Finder();
      patterns.forEach(finder::add);
      return finder.tokens.isEmpty() ? null : finder;
    }

    private void add(String pattern, AddedToken token) {
      trie.add(pattern, tokens.size());
      tokens.add(token);
      lengths.add(pattern.length());
      if (pattern.isEmpty()) { // normalized to nothing, it stands everywhere: the reference's way
        java.util.Arrays.fill(ascii, true);
        others = true;
        return;
      }
      char first = pattern.charAt(0);
      if (first < 128) {
        ascii[first] = true;
      } else {
        others = true;
      }
    }

    /** The next place where a token may begin, or {@code to}. */
    int find(char[] chars, int at, int to) {
      while (at < to) {
        char c = chars[at];
        if (c < 128 ? ascii[c] : others) {
          break;
        }
        at++;
      }
      return at;
    }

    record Hit(AddedToken token, int length) {}

    @Nullable Hit longest(char[] chars, int at, int to) {
      int node = Trie.ROOT;
      int best = trie.value(Trie.ROOT);
      for (int i = at; i < to; i++) {
        node = trie.next(node, chars[i]);
        if (node < 0) {
          break;
        }
        if (trie.value(node) >= 0) {
          best = trie.value(node);
        }
      }
      return best < 0 ? null : new Hit(tokens.get(best), lengths.get(best));
    }
  }
}
