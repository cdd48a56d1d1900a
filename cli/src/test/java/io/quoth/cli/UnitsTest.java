package io.quoth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnitsTest {
  @Test
  void threeFiguresAndAUnit() {
    assertThat(Units.bytes(0)).isEqualTo("0 bytes");
    assertThat(Units.bytes(1023)).isEqualTo("1023 bytes");
    assertThat(Units.bytes(1536)).isEqualTo("1.50 KiB");
    assertThat(Units.bytes(28_332_712)).isEqualTo("27.0 MiB");
    assertThat(Units.count(14_162_304)).isEqualTo("14.2 M");
    assertThat(Units.count(124_439_808)).isEqualTo("124 M");
  }
}
