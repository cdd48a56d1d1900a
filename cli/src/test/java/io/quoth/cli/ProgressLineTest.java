package io.quoth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
  private final Console console =
      new Console(
          InputStream.nullInputStream(), stream, stream, Map.of("QUOTH_TERMINAL", "out err"));

  @Test
  void bytesHaveUnitsAndTextsAreCounted() {
    new ProgressLine(console).progress("model.safetensors", 1_500, 3_000);
    ProgressLine.counting(console).progress("embedding", 1_500, 3_000);
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "model.safetensors ━━━━━───── " + Units.bytes(1_500) + " of " + Units.bytes(3_000),
            "embedding ━━━━━───── 1500 of 3000");
  }
}
