package io.quoth.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SamplerTest {
  private static final int VOCAB = 60;
  private static final int DRAWS = 10_000;

  /** Each way to sample, and none of them. */
  static List<GenerationConfig> waysToSample() {
    var all = GenerationConfig.sampling().topK(0);
    return List.of(
        all,
        all.temperature(0.5),
        all.temperature(1.7),
        GenerationConfig.sampling().topK(7),
        all.topP(0.8),
        all.minP(0.05),
        all.typicalP(0.7),
        all.epsilonCutoff(0.01),
        all.etaCutoff(0.02),
        all.topH(0.5),
        all.temperature(0.8).topK(20).topP(0.9).minP(0.02).repetitionPenalty(1.3));
  }

  @ParameterizedTest
  @MethodSource("waysToSample")
  void tenThousandDrawsFollowTheDistribution(GenerationConfig config) {
    float[] logits = logits(11);
    var tokens = TokenIds.of(new int[] {1, 2, 3});
    var chain = ProcessorChain.of(config, VOCAB, 100, 1);
    var candidates = new Candidates(VOCAB);
    var sampler = Sampler.multinomial(42);
    int[] counts = new int[VOCAB];
    for (int i = 0; i < DRAWS; i++) {
      candidates.reset(logits, 0);
      chain.forEach(processor -> processor.process(candidates, tokens));
      counts[sampler.sample(candidates)]++;
    }
    candidates.normalize();
    double chiSquare = 0;
    int cells = 0;
    double restExpected = 0;
    int restCount = 0;
    for (int id = 0; id < VOCAB; id++) {
      double expected = DRAWS * candidates.probability(id);
      if (expected == 0) {
        assertThat(counts[id]).as("draws of the removed id %d", id).isZero();
      } else if (expected < 5) {
        restExpected += expected; // too rare for a cell of its own
        restCount += counts[id];
      } else {
        chiSquare += (counts[id] - expected) * (counts[id] - expected) / expected;
        cells++;
      }
    }
    if (restExpected > 0) {
      chiSquare += (restCount - restExpected) * (restCount - restExpected) / restExpected;
      cells++;
    }
    assertThat(cells).isGreaterThan(1);
    assertThat(chiSquare).as("chi-square of %d cells", cells).isLessThan(bound(cells - 1));
  }

  /** What chi-square exceeds once in 10,000 times (Wilson and Hilferty's approximation). */
  private static double bound(int freedom) {
    double z = 3.719;
    double spread = 2.0 / (9 * freedom);
    return freedom * Math.pow(1 - spread + z * Math.sqrt(spread), 3);
  }

  @Test
  void greedyTakesTheFirstOfEqualMaxima() {
    assertThat(Sampler.greedy().sample(candidates(0.5f, 2f, -1f, 2f))).isEqualTo(1);
    assertThat(Sampler.greedy().sample(candidates(-0f, 0f))).isZero();
  }

  @Test
  void oneSeedGivesOneSeriesOfDraws() {
    assertThat(draws(7)).isEqualTo(draws(7)).isNotEqualTo(draws(8));
  }

  /** Pins the algorithm: a change of these numbers changes everybody's texts. */
  @Test
  void drawsAreTheSameInEveryVersion() {
    var random = new SplitMix64(0);
    assertThat(random.nextLong()).isEqualTo(0xE220A8397B1DCDAFL); // as published
    assertThat(random.nextLong()).isEqualTo(0x6E789E6AA1B965F4L);
    var same = new SplittableRandom(5);
    var ours = new SplitMix64(5);
    for (int i = 0; i < 100; i++) {
      assertThat(ours.nextLong()).isEqualTo(same.nextLong());
    }
    var sampler = Sampler.multinomial(7);
    int[] draws = new int[8];
    Arrays.setAll(draws, _ -> sampler.sample(candidates(new float[100])));
    assertThat(draws).containsExactly(38, 1, 90, 58, 45, 24, 46, 32);
  }

  @Test
  void aTokenOfScoreMinusInfinityIsNeverDrawn() {
    var sampler = Sampler.multinomial(1);
    for (int i = 0; i < 1000; i++) {
      assertThat(sampler.sample(candidates(Float.NEGATIVE_INFINITY, 0, Float.NEGATIVE_INFINITY)))
          .isEqualTo(1);
    }
  }

  private static int[] draws(long seed) {
    var sampler = Sampler.multinomial(seed);
    var candidates = new Candidates(VOCAB);
    candidates.reset(logits(3), 0);
    int[] draws = new int[100];
    Arrays.setAll(draws, _ -> sampler.sample(candidates));
    return draws;
  }

  private static Candidates candidates(float... scores) {
    var candidates = new Candidates(scores.length);
    candidates.reset(scores, 0);
    return candidates;
  }

  private static float[] logits(long seed) {
    var random = new java.util.Random(seed);
    float[] logits = new float[VOCAB];
    for (int i = 0; i < VOCAB; i++) {
      logits[i] = (float) (2 * random.nextGaussian());
    }
    return logits;
  }
}
