package io.quoth.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadArgumentException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a name, and that no name leads out of the cache. */
class ModelNameTest {
  @Test
  void readsIdAndRevision() {
    assertThat(ModelName.parse("gpt2")).isEqualTo(new ModelName("gpt2", "main"));
    assertThat(ModelName.parse("org/na.me_-x@refs/pr/3"))
        .isEqualTo(new ModelName("org/na.me_-x", "refs/pr/3"));
    assertThat(new ModelName("a/b")).hasToString("a/b");
    assertThat(new ModelName("a/b", "v1")).hasToString("a/b@v1");
    assertThat(new ModelName("a/b").folderName()).isEqualTo("models--a--b");
    assertThat(new ModelName("a", "0123456789".repeat(4)).isPinned()).isTrue();
  }

  // The verdicts of huggingface_hub's validate_repo_id.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a/b/c",
        "/a",
        "a/",
        "a--b",
        "a..b",
        ".a",
        "a.",
        "-a",
        "a-",
        "a.git",
        "org/a.git",
        "a b",
        "a\\b",
        "a:b",
        "ä",
        "a\n",
        "a/..",
        "../a",
        "~a",
        "a@",
        "a@/x",
        "a@x/",
        "a@../x",
        "a@x/../y",
        "a@.x",
        "a@x//y",
        "a@x\\y",
        "a@x y",
        "a@C:",
        "a@x@y",
        "a@x\u0000"
      })
  void refusesWhatIsNone(String text) {
    assertThat(ModelName.tryParse(text)).isEmpty();
    assertThatThrownBy(() -> ModelName.parse(text)).isInstanceOf(BadArgumentException.class);
  }

  @Test
  void longNamesEndAt96Characters() {
    assertThat(ModelName.tryParse("a".repeat(96))).isPresent();
    assertThat(ModelName.tryParse("a".repeat(97))).isEmpty();
  }

  @Test
  void noNameOfThousandsLeadsOutOfTheCache() {
    var random = new Random(11);
    String letters = "abcZ09._-/\\@:~ \n\u0000é%$..//--";
    Path cache = Path.of("/cache");
    int names = 0;
    for (int i = 0; i < 50_000; i++) {
      var text = new StringBuilder();
      for (int j = random.nextInt(12); j >= 0; j--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      var name = ModelName.tryParse(text.toString());
      if (name.isPresent()) {
        names++;
        var repo = new CachedRepo(cache, name.get().folderName(), () -> true);
        assertThat(repo.folder().normalize().getParent()).isEqualTo(cache);
        Path refs = repo.folder().resolve("refs");
        assertThat(refs.resolve(name.get().revision()).normalize())
            .startsWithRaw(refs)
            .isNotEqualTo(refs);
      }
    }
    assertThat(names).isGreaterThan(1_000);
  }
}
