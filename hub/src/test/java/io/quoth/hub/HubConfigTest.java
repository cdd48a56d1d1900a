package io.quoth.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadArgumentException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The environment, with the precedence of huggingface_hub. */
class HubConfigTest {
  @TempDir private Path home;

  private HubConfig config(String... pairs) {
    var variables = new java.util.HashMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) {
      variables.put(pairs[i], pairs[i + 1]);
    }
    return HubConfig.from(new Environment(Map.copyOf(variables), home.toString()));
  }

  @Test
  void theCacheLiesWherePythonLooks() {
    assertThat(config().cache()).isEqualTo(home.resolve(".cache/huggingface/hub"));
    assertThat(config("XDG_CACHE_HOME", "/x").cache()).isEqualTo(Path.of("/x/huggingface/hub"));
    assertThat(config("XDG_CACHE_HOME", "/x", "HF_HOME", "/h").cache())
        .isEqualTo(Path.of("/h/hub"));
    assertThat(config("HF_HOME", "/h", "HUGGINGFACE_HUB_CACHE", "/old").cache())
        .isEqualTo(Path.of("/old"));
    assertThat(config("HF_HUB_CACHE", "/c", "HUGGINGFACE_HUB_CACHE", "/old").cache())
        .isEqualTo(Path.of("/c"));
    assertThat(config("HF_HOME", "~/h").cache()).isEqualTo(home.resolve("h/hub"));
    assertThat(config("HF_HOME", "$DISK/${SUB}/$NONE", "DISK", "/d", "SUB", "s").cache())
        .isEqualTo(Path.of("/d/s/$NONE/hub"));
  }

  @Test
  void theTokenComesFromTheSamePlaces() throws IOException {
    assertThat(config().token()).isNull();
    Path stored = Files.createDirectories(home.resolve(".cache/huggingface")).resolve("token");
    Files.writeString(stored, " hf_file\n");
    assertThat(config().token()).isEqualTo("hf_file");
    Path other = Files.writeString(home.resolve("other"), "hf_other");
    assertThat(config("HF_TOKEN_PATH", other.toString()).token()).isEqualTo("hf_other");
    assertThat(config("HUGGING_FACE_HUB_TOKEN", "hf_old").token()).isEqualTo("hf_old");
    assertThat(config("HUGGING_FACE_HUB_TOKEN", "hf_old", "HF_TOKEN", "\thf_new\r\n").token())
        .isEqualTo("hf_new");
    assertThat(config("HF_TOKEN", " ").token()).isEqualTo("hf_file");
    assertThat(config("HF_TOKEN", "hf_new", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1").token()).isNull();
    assertThatThrownBy(() -> config("HF_TOKEN", "hf_a\r\nX-Evil: 1"))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageNotContaining("Evil");
  }

  @Test
  void truthIsWrittenInFourWays() {
    for (String yes : new String[] {"1", "on", "Yes", "TRUE"}) {
      assertThat(config("HF_HUB_OFFLINE", yes).offline()).isTrue();
    }
    for (String no : new String[] {"0", "off", "2", "y"}) {
      assertThat(config("HF_HUB_OFFLINE", no).offline()).isFalse();
    }
    assertThat(config("TRANSFORMERS_OFFLINE", "1").offline()).isTrue();
    assertThat(config("TRANSFORMERS_OFFLINE", "1", "HF_HUB_OFFLINE", "0").offline()).isFalse();
    assertThat(config("HF_HUB_DISABLE_SYMLINKS", "1").symlinks()).isFalse();
    assertThat(config("HF_HUB_DISABLE_PROGRESS_BARS", "1").quiet()).contains(true);
    assertThat(config("HF_HUB_DISABLE_PROGRESS_BARS", "0").quiet()).contains(false);
    assertThat(config().quiet()).isEmpty();
  }

  @Test
  void theEndpointAndTimesAreChecked() {
    assertThat(config().endpoint()).isEqualTo(URI.create("https://huggingface.co"));
    assertThat(config("HF_ENDPOINT", "https://mirror.example/hf//").endpoint())
        .isEqualTo(URI.create("https://mirror.example/hf"));
    assertThat(config("HF_HUB_ETAG_TIMEOUT", "3").metadataTimeout())
        .isEqualTo(Duration.ofSeconds(3));
    assertThat(config("HF_HUB_DOWNLOAD_TIMEOUT", "4").downloadTimeout())
        .isEqualTo(Duration.ofSeconds(4));
    for (String bad :
        new String[] {"mirror", "file:///x", "https://u:p@h", "https://h?q", " ht tp://x"}) {
      assertThatThrownBy(() -> config("HF_ENDPOINT", bad))
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("HF_ENDPOINT");
    }
    assertThatThrownBy(() -> config("HF_HUB_ETAG_TIMEOUT", "soon"))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageContaining("HF_HUB_ETAG_TIMEOUT");
  }

  @Test
  void proxiesFollowTheUsualVariables() {
    URI hub = URI.create("https://huggingface.co/x");
    assertThat(config("HTTPS_PROXY", "http://p:3128").proxy().select(hub).address())
        .hasToString("p/<unresolved>:3128".replace("p/", "p/"));
    assertThat(config("https_proxy", "p:1", "HTTPS_PROXY", "http://q:2").proxy().https())
        .isEqualTo(URI.create("http://p:1"));
    assertThat(config("ALL_PROXY", "http://p:1").proxy().http())
        .isEqualTo(URI.create("http://p:1"));
    for (String except :
        new String[] {"*", "huggingface.co", ".huggingface.co", "x.y,huggingface.co", "co"}) {
      assertThat(config("HTTPS_PROXY", "http://p:1", "NO_PROXY", except).proxy().select(hub))
          .isEqualTo(java.net.Proxy.NO_PROXY);
    }
    assertThat(config("HTTPS_PROXY", "http://p:1", "NO_PROXY", "face.co").proxy().select(hub))
        .isNotEqualTo(java.net.Proxy.NO_PROXY);
    assertThat(config("HTTPS_PROXY", "http://me:pass@p:1").proxy().authorization(hub))
        .contains("Basic bWU6cGFzcw==");
    assertThat(config("HTTPS_PROXY", "http://me:pass@p:1").toString()).doesNotContain("pass@");
    assertThatThrownBy(() -> config("HTTPS_PROXY", "socks5://me:pass@p:1"))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageNotContaining("pass");
  }
}
