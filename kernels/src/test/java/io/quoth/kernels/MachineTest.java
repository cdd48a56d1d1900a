package io.quoth.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is found out about the machine, and what is admitted not to be known. */
class MachineTest {
  private static final String AMD =
      """
      processor\t: 0
      vendor_id\t: AuthenticAMD
      model name\t: AMD EPYC
      flags\t\t: fpu avx2 fma f16c avx512f avx_vnni avx512_bf16 avx512_vnni
      """;

  @Test
  void readsMakerAndInstructionSets() {
    var processor = Processor.parse(AMD, "amd64", 2);
    assertThat(processor.maker()).isEqualTo("AMD");
    assertThat(processor.model()).isEqualTo("AMD EPYC");
    assertThat(processor.features())
        .containsExactly(
            "AVX2", "FMA", "F16C", "AVX-VNNI", "AVX-512", "AVX-512 VNNI", "AVX-512 BF16");
  }

  @Test
  void saysUnknownWhereNothingIsSaid() {
    var processor = Processor.parse("", "riscv64", 3);
    assertThat(processor)
        .isEqualTo(new Processor("riscv64", "unknown", "unknown", 3, java.util.List.of()));
  }

  @Test
  void findsThisMachine() {
    assertThat(Processor.detect().processors()).isPositive();
    var memory = Memory.detect();
    memory.physical().ifPresent(bytes -> assertThat(bytes).isGreaterThan(1L << 28));
    assertThat(memory.heap()).isPositive();
  }

  @Test
  void measuresLimits() {
    var limits = Limits.measure(2);
    assertThat(limits.threads()).isEqualTo(2);
    assertThat(limits.read()).isPositive();
    assertThat(limits.readOneThread()).isPositive();
    assertThat(limits.arithmetic()).isPositive();
    assertThat(limits.arithmeticOneThread()).isPositive();
  }
}
