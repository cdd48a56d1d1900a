package io.quoth.tokenizers;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.Json;
import io.quoth.testkit.TestData;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Sets and maps of characters equal the reference's for every code point. */
class UnicodeTablesTest {
  private static final Json TABLES =
      Json.parse(
          TestData.bytes(TestData.own("components/unicode-tables.json.gz")), "unicode-tables");

  @Test
  void classesOfAllCharactersAreThoseOfTheJdk() {
    for (int c = 0; c <= 0xFFFF; c++) {
      assertThat(CharClass.of((char) c)).as(Integer.toHexString(c)).isEqualTo(CharClass.compute(c));
    }
  }

  private static BitSet set(Json ranges) {
    var set = new BitSet();
    for (int i = 0; i < ranges.size(); i += 2) {
      set.set(ranges.item(i).asInt(), ranges.item(i + 1).asInt() + 1);
    }
    return set;
  }

  private static BitSet set(IntPredicate predicate) {
    var set = new BitSet();
    for (int c = 0; c <= 0x10FFFF; c++) {
      if (!(c >= 0xD800 && c <= 0xDFFF) && predicate.test(c)) {
        set.set(c);
      }
    }
    return set;
  }

  /** Ranges in hexadecimal. */
  static String ranges(BitSet set) {
    var text = new StringBuilder();
    for (int from = set.nextSetBit(0); from >= 0; ) {
      int to = set.nextClearBit(from) - 1;
      text.append(text.isEmpty() ? "" : " ").append(Integer.toHexString(from));
      if (to > from) {
        text.append('-').append(Integer.toHexString(to));
      }
      from = set.nextSetBit(to + 1);
    }
    return text.toString();
  }

  /** What we have and the reference lacks, and the other way round. */
  private static String difference(String name, BitSet ours, BitSet theirs) {
    var more = (BitSet) ours.clone();
    more.andNot(theirs);
    var less = (BitSet) theirs.clone();
    less.andNot(ours);
    return more.isEmpty() && less.isEmpty()
        ? ""
        : name + "\n  ours only: " + ranges(more) + "\n  theirs only: " + ranges(less) + "\n";
  }

  @Test
  void regexClassesEqualOnigurumas() {
    var report = new StringBuilder();
    for (String name : TABLES.get("sets").keys()) {
      if (name.startsWith("regex ")) {
        Pattern pattern = Oniguruma.compile(name.substring(6));
        var theirs = set(TABLES.get("sets").get(name));
        var ours = set(c -> pattern.matcher(Character.toString(c)).find());
        report.append(difference(name, ours, theirs));
      }
    }
    assertThat(report.toString()).isEmpty();
  }

  @Test
  void theLettersOfThisJdkAreCounted() {
    assertThat(set(Character::isLetter).cardinality()).isEqualTo(141_028);
  }

  @Test
  void setsOfPreTokenizersEqualTheReferences() {
    Json sets = TABLES.get("sets");
    var report = new StringBuilder();
    report.append(
        difference(
            "Punctuation", set(Unicode::isPunctuation), set(sets.get("Punctuation three pieces"))));
    report.append(
        difference(
            "Bert", set(Unicode::isPunctuation), set(sets.get("BertPreTokenizer three pieces"))));
    report.append(
        difference(
            "White space",
            set(Unicode::isWhitespace),
            set(sets.get("WhitespaceSplit two pieces"))));
    report.append(
        difference(
            "Whitespace",
            set(c -> !Unicode.isWord(c) && !Unicode.isWhitespace(c)),
            set(sets.get("Whitespace three pieces"))));
    report.append(
        difference("Digits", set(Unicode::isNumeric), set(sets.get("Digits three pieces"))));
    report.append(
        difference(
            "UnicodeScripts",
            set(c ->
                Unicode.script(c) != Character.UnicodeScript.UNKNOWN
                    && Unicode.script(c) != Character.UnicodeScript.LATIN),
            set(sets.get("UnicodeScripts three pieces"))));
    assertThat(report.toString()).isEmpty();
  }

  @Test
  void normalizersEqualTheReferences() {
    Map<String, Normalizer> normalizers =
        Map.of(
            "NFC", new Normalizer.Form(UnicodeForm.NFC),
            "NFD", new Normalizer.Form(UnicodeForm.NFD),
            "NFKC", new Normalizer.Form(UnicodeForm.NFKC),
            "NFKD", new Normalizer.Form(UnicodeForm.NFKD),
            "Lowercase", new Normalizer.Lowercase(),
            "StripAccents", new Normalizer.StripAccents(),
            "Nmt", new Normalizer.Nmt(),
            "Bert clean_text", new Normalizer.Bert(true, false, false, false),
            "Bert strip_accents", new Normalizer.Bert(false, false, true, false));
    var report = new StringBuilder();
    normalizers.forEach((name, normalizer) ->
        report.append(
            difference(
                name,
                TABLES.get("maps").get(name),
                text -> normalizer.apply(Text.of(text)).toString())));
    assertThat(report.toString()).isEmpty();
    assertThat(
            difference(
                "Chinese",
                set(Unicode::isChinese),
                set(TABLES.get("maps").get("Bert chinese").get("spaced"))))
        .isEmpty();
  }

  private static String difference(String name, Json table, UnaryOperator<String> normalizer) {
    var expected = new HashMap<Integer, String>();
    for (Json pair : table.get("map").items()) {
      expected.put(pair.item(0).asInt(), pair.item(1).asString());
    }
    set(table.get("removed")).stream().forEach(c -> expected.put(c, ""));
    var changed = new BitSet(); // where we change what the reference leaves alone
    var other = new BitSet();
    var sample = new StringBuilder();
    for (int c = 0; c <= 0x10FFFF; c++) {
      if (c >= 0xD800 && c <= 0xDFFF) {
        continue;
      }
      String text = Character.toString(c);
      String want = expected.getOrDefault(c, text);
      String found = normalizer.apply(text);
      if (!found.equals(want)) {
        (want.equals(text) ? changed : other).set(c);
        if (!want.equals(text)) {
          sample.append(Integer.toHexString(c)).append(">");
          want.codePoints().forEach(x -> sample.append(Integer.toHexString(x)).append(','));
          sample.append(' ');
        }
      }
    }
    return changed.isEmpty() && other.isEmpty()
        ? ""
        : name
            + "\n  wrongly changed: "
            + ranges(changed)
            + "\n  other: "
            + ranges(other)
            + " "
            + sample
            + "\n";
  }
}
