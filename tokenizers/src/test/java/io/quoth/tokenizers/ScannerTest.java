package io.quoth.tokenizers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The scanners written by hand cut exactly where their regular expressions do. */
class ScannerTest {
  private static final int[] AWKWARD =
      "aBz09 \t\r\n'sStTmMdDlLrReEvV.,/!\u017F\u212A\u00E9\u0301\u00A0\u2028\u3000\u4E00\u0130\u01C5\u02B0\u00B2\u0660\u200D\uD83E\uDD80\uD835\uDC00\uD835\uDFCE\u085F"
          .codePoints()
          .toArray();

  static String text(Random random) {
    var text = new StringBuilder();
    int length = random.nextInt(24);
    for (int i = 0; i < length; i++) {
      int c;
      do {
        c =
            random.nextInt(4) > 0
                ? AWKWARD[random.nextInt(AWKWARD.length)]
                : random.nextInt(random.nextBoolean() ? 0x3000 : 0x110000);
      } while (c >= 0xD800 && c <= 0xDFFF);
      text.appendCodePoint(c);
      if (random.nextInt(6) == 0) {
        text.repeat(c, random.nextInt(4));
      }
    }
    return text.toString();
  }

  private static void compare(Scanner scanner, int texts) {
    var random = new Random(20261124);
    Pattern pattern =
        scanner == Scanner.CL100K
            ? Matches.Regex.of(scanner).pattern()
            : Oniguruma.compile(scanner.pattern());
    for (int i = 0; i < texts; i++) {
      String text = text(random);
      List<String> expected = new ArrayList<>();
      Matcher matcher = pattern.matcher(text);
      while (matcher.find()) {
        expected.add(matcher.group());
      }
      var pieces = new Pieces(Text.of(text));
      scanner.split(pieces);
      var found = new ArrayList<String>();
      for (int k = 0; k < pieces.count(); k++) {
        found.add(pieces.text().slice(pieces.start(k), pieces.end(k)).toString());
      }
      assertThat(found).as(io.quoth.base.Json.write(text)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(Scanner.class)
  void equalTheirPatterns(Scanner scanner) {
    compare(scanner, 20_000);
  }

  @Tag("long")
  @ParameterizedTest
  @EnumSource(Scanner.class)
  void equalTheirPatternsOnAMillionTexts(Scanner scanner) {
    compare(scanner, 1_000_000);
  }
}
