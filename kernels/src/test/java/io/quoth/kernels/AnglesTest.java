package io.quoth.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AnglesTest {
  @Test
  void areThoseOfTheStrictLibrary() {
    var random = new Random(7);
    double worst = 0;
    for (int i = 0; i < 1_000_000; i++) {
      // Positions times frequencies: from tiny to a million turns, and multiples of pi / 4.
      double angle = random.nextInt(1 << 20) * Math.exp(-14 * random.nextDouble());
      angle = i % 10 == 0 ? Math.rint(angle) * Math.PI / 4 : angle;
      worst = Math.max(worst, Math.abs(Angles.sin(angle) - StrictMath.sin(angle)));
      worst = Math.max(worst, Math.abs(Angles.cos(angle) - StrictMath.cos(angle)));
    }
    assertThat(worst).isLessThan(0x1p-52);
    assertThat(Angles.sin(0)).isZero();
    assertThat(Angles.cos(0)).isEqualTo(1);
    assertThat(Angles.sin(-1)).isCloseTo(-0.8414709848078965, within(1e-15));
  }
}
