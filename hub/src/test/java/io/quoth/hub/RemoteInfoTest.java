package io.quoth.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadFileException;
import io.quoth.base.QuothException;
import io.quoth.hub.RemoteInfo.Amount;
import io.quoth.testkit.Corrupter;
import io.quoth.testkit.HubRepository;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is known of a model before it is downloaded. */
class RemoteInfoTest extends ServedTest {
  private static byte[] safetensors(int tensors, int bytes) {
    var header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
    for (int i = 0; i < tensors; i++) {
      header
          .append(",\"t")
          .append(i)
          .append("\":{\"dtype\":\"")
          .append(i % 2 == 0 ? "F32" : "BF16")
          .append("\",\"shape\":[3,5],\"data_offsets\":[")
          .append(i * 60)
          .append(',')
          .append(i * 60 + (i % 2 == 0 ? 60 : 30))
          .append("]}");
    }
    byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    var out = new ByteArrayOutputStream();
    out.writeBytes(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
    out.writeBytes(json);
    out.writeBytes(new byte[bytes]);
    return out.toByteArray();
  }

  @Test
  void countsParametersFromHeadersAlone() {
    byte[] first = safetensors(4, 2_000_000);
    byte[] second = safetensors(3_000, 100_000);
    server.add(
        new HubRepository("org/tiny")
            .add("config.json", "{\"model_type\":\"llama\",\"num_hidden_layers\":2}")
            .add("tokenizer.json", "{}")
            .add("model.safetensors.index.json", "{}")
            .add("model-00001-of-00002.safetensors", first)
            .add("model-00002-of-00002.safetensors", second));
    RemoteInfo info = hub().info(TINY);
    assertThat(info.types())
        .containsEntry("F32", new Amount(2 + 1500, 15 * 1502, 60 * 1502))
        .containsEntry("BF16", new Amount(2 + 1500, 15 * 1502, 30 * 1502));
    assertThat(info.parameters()).isEqualTo(15 * 3004);
    assertThat(info.config().orElseThrow().getInt("num_hidden_layers")).isEqualTo(2);
    assertThat(info.gated()).isEqualTo("false");
    assertThat(info.task()).isEqualTo("text-generation");
    assertThat(info.plan().bytes()).isGreaterThan(2_000_000);
    // The second header is longer than the first 100,000 bytes: one more request brings the rest.
    assertThat(server.requests())
        .filteredOn(r -> r.contains("GET /blob/"))
        .hasSize(3)
        .allMatch(r -> r.contains("bytes="));
    assertThat(cache.resolve("models--org--tiny/blobs")).doesNotExist();
  }

  @Test
  void aServerWithoutRangesIsReadAsFarAsNeeded() {
    byte[] weights = safetensors(4, 3_000_000);
    server
        .add(new HubRepository("org/tiny").add("model.safetensors", weights))
        .disturb(
            9,
            "/blob/",
            exchange -> {
              exchange.head(200, Map.of(), weights.length);
              exchange.write(weights);
            });
    assertThat(hub().info(TINY).parameters()).isEqualTo(60);
  }

  @Test
  void damagedHeadersAreNamedErrors() {
    byte[] good = safetensors(8, 5_000);
    var corrupter = new Corrupter(5);
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      byte[] bad = corrupter.corrupt(Arrays.copyOf(good, good.length));
      server.add(new HubRepository("org/tiny").add("model.safetensors", bad));
      try {
        assertThat(hub().info(TINY).types()).isNotNull();
      } catch (QuothException e) {
        refused++;
        assertThat(e.getMessage()).contains("org/tiny");
      }
    }
    assertThat(refused).isGreaterThan(80);
  }

  @Test
  void aHeaderLongerThanTheFileIsRefused() {
    byte[] bytes =
        ByteBuffer.allocate(5_000).order(ByteOrder.LITTLE_ENDIAN).putLong(24_000_000).array();
    server.add(new HubRepository("org/tiny").add("model.safetensors", bytes));
    assertThatThrownBy(() -> hub().info(TINY))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("24000000");
  }
}
