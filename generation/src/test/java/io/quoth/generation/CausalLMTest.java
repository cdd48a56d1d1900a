package io.quoth.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadArgumentException;
import io.quoth.base.ClosedException;
import io.quoth.base.QuothException;
import io.quoth.testkit.Allocations;
import io.quoth.testkit.TestData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What calls of a model promise. The models are small: ids alone from a golden folder, and one
 * whose folder is joined with a tokenizer of real pieces.
 */
class CausalLMTest {
  private static final int[] PROMPT = {5, 9, 20, 33};
  private static final GenerationConfig GREEDY = GenerationConfig.greedy().ignoreEos(true);
  private static CausalLM model;

  @BeforeAll
  static void load() {
    model = GoldenGenerationTest.load(TestData.own("causal/llama"));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  // ---- ends

  @Test
  void endsAtTheLengthAskedFor() {
    var result = model.generate(PROMPT, GREEDY.maxNewTokens(3));
    assertThat(result.ids()).hasSize(3);
    assertThat(result.generatedTokens()).isEqualTo(3);
    assertThat(result.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(result.promptTokens()).isEqualTo(4);
    assertThat(result.seed()).isEmpty();
    assertThat(model.generate(PROMPT, GREEDY.maxLength(6)).ids()).hasSize(2);
  }

  @Test
  void endsAtTheFullContext() {
    int context = model.model().config().contextLength();
    var prompt = ids(context - 2);
    var result = model.generate(prompt, GREEDY.maxNewTokens(50));
    assertThat(result.ids()).hasSize(2);
    assertThat(result.finishReason()).isEqualTo(FinishReason.LENGTH);
    var full = model.generate(ids(context), GREEDY);
    assertThat(full.ids()).isEmpty();
    assertThat(full.finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void endsWithAnEndTokenWhichIsToldAmongTheIds() {
    int[] free = model.generate(PROMPT, GREEDY.maxNewTokens(6)).ids();
    int end = free[3];
    int first = IntStream.range(0, 6).filter(i -> free[i] == end).findFirst().orElseThrow();
    var config = GenerationConfig.greedy().eosTokenIds(127, end).maxNewTokens(6);
    var result = model.generate(PROMPT, config);
    assertThat(result.ids()).isEqualTo(Arrays.copyOf(free, first + 1));
    assertThat(result.finishReason()).isEqualTo(FinishReason.EOS);
    assertThat(model.generate(PROMPT, config.ignoreEos(true)).ids()).isEqualTo(free);
  }

  @Test
  void neitherCallNorModelSaysHowLong() {
    var plan =
        Plan.of(GREEDY, GenerationConfig.defaults(), model.model().config().extendable(true), 4);
    assertThat(plan.maxLength()).isEqualTo(260);
  }

  // ---- refusals

  @Test
  void refusesWhatCannotBeGenerated() {
    int context = model.model().config().contextLength();
    assertRefused(
        ids(context + 3),
        "the prompt has %d tokens, the model's context %d; shorten it by 3"
            .formatted(context + 3, context));
    assertRefused(new int[0], "the prompt is empty; it must have at least one id");
    int vocab = model.model().config().vocabSize();
    assertRefused(
        new int[] {1, vocab},
        "id %d is outside the vocabulary of %d: 0 to %d".formatted(vocab, vocab, vocab - 1));
    assertThatThrownBy(() -> model.generate(PROMPT, GREEDY.maxLength(4)))
        .isInstanceOf(BadArgumentException.class)
        .hasMessage(
            "the prompt has 4 tokens, max_length 4 leaves no room for a new one; set"
                + " max_new_tokens");
    assertThatThrownBy(() -> model.generate("text", GREEDY))
        .isInstanceOf(QuothException.class)
        .hasMessageContaining("tokenizer.json");
    assertThatThrownBy(() -> model.generate(PROMPT, GREEDY.stopStrings("x")))
        .isInstanceOf(QuothException.class)
        .hasMessageContaining("tokenizer.json");
  }

  private static void assertRefused(int[] prompt, String message) {
    assertThatThrownBy(() -> model.generate(prompt, GREEDY))
        .isInstanceOf(BadArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void scoresThatAreNoNumbersAreNamed() {
    LogitsProcessor poison = (candidates, _) -> candidates.setScore(7, Float.NaN);
    assertThatThrownBy(() -> model.generate(PROMPT, GREEDY.processors(poison)))
        .isInstanceOf(QuothException.class)
        .hasMessageContaining("the score of id 7 behind 4 tokens is NaN");
    LogitsProcessor nothing = (candidates, _) -> candidates.removeIf(_ -> true);
    for (var config : List.of(GREEDY, GenerationConfig.sampling().topP(0.5))) {
      assertThatThrownBy(() -> model.generate(PROMPT, config.processors(nothing)))
          .isInstanceOf(QuothException.class)
          .hasMessageContaining("leave nothing to choose from");
      assertThatThrownBy(() -> model.next(PROMPT, config.processors(nothing), 3))
          .isInstanceOf(QuothException.class)
          .hasMessageContaining("leaves no token to choose from");
    }
  }

  // ---- sampling

  @Test
  void oneSeedGivesOneTextWhateverTheBatch() {
    var sampling = GenerationConfig.sampling().ignoreEos(true).maxNewTokens(20).temperature(2);
    var prompts = IntStream.range(1, 9).mapToObj(CausalLMTest::ids).toList();
    var together = model.generateIds(prompts, sampling.seed(5));
    for (int i = 0; i < prompts.size(); i++) {
      var alone = model.generate(prompts.get(i), sampling.seed(5));
      assertThat(together.get(i).ids()).isEqualTo(alone.ids());
    }
    var other = model.generate(prompts.get(0), sampling.seed(6));
    assertThat(other.ids()).isNotEqualTo(together.get(0).ids());
  }

  @Test
  void aSeedThatNobodyGaveIsReportedAndRepeatsTheText() {
    var sampling = GenerationConfig.sampling().ignoreEos(true).maxNewTokens(20).temperature(2);
    var result = model.generate(PROMPT, sampling);
    var again = model.generate(PROMPT, sampling.seed(result.seed().orElseThrow()));
    assertThat(again.ids()).isEqualTo(result.ids());
  }

  @Test
  void scoresTellHowLikelyEachTokenWas() {
    var result = model.generate(PROMPT, GREEDY.maxNewTokens(4).scores(3).repetitionPenalty(1.5));
    assertThat(result.scores()).hasSize(4);
    for (int i = 0; i < 4; i++) {
      var step = result.scores().get(i);
      assertThat(step.chosen().id()).isEqualTo(result.ids()[i]);
      assertThat(step.top()).hasSize(3);
      assertThat(step.top().getFirst().logProbability())
          .isGreaterThanOrEqualTo(step.top().get(1).logProbability());
      assertThat(step.chosen().logProbability()).isNegative();
    }
  }

  @Test
  void nextTellsTheDistributionBeforeAndBehindEachProcessor() {
    var config = GenerationConfig.sampling().temperature(0.5).topK(10).topP(0.8);
    var next = model.next(PROMPT, config, 4);
    assertThat(next.stages())
        .extracting(NextToken.Stage::name)
        .containsExactly("logits", "temperature", "top_k", "top_p");
    assertThat(next.stages().get(0).candidates()).isEqualTo(128);
    assertThat(next.stages().get(2).candidates()).isEqualTo(10);
    for (var stage : next.stages()) {
      assertThat(stage.top()).hasSizeLessThanOrEqualTo(4).isNotEmpty();
      assertThat(stage.top().getFirst().id())
          .isEqualTo(model.generate(PROMPT, GREEDY.maxNewTokens(1)).ids()[0]);
    }
    double last = next.stages().getLast().top().getFirst().probability();
    assertThat(last).isGreaterThan(next.stages().getFirst().top().getFirst().probability());
  }

  // ---- streams, threads, ends from outside

  @Test
  void aStreamIsLazyAndEqualsTheWhole() {
    var config = GREEDY.maxNewTokens(8);
    var whole = model.generate(PROMPT, config);
    try (var tokens = model.stream(PROMPT, config)) {
      assertThat(tokens.next().id()).isEqualTo(whole.ids()[0]);
      assertThatThrownBy(tokens::result)
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("generation goes on");
      assertThat(tokens.stream().map(GeneratedToken::id))
          .containsExactlyElementsOf(Arrays.stream(whole.ids()).skip(1).boxed().toList());
      assertThat(tokens.result().ids()).isEqualTo(whole.ids());
      assertThat(tokens.hasNext()).isFalse();
    }
    var tokens = model.stream(PROMPT, config);
    try (var three = tokens.stream().limit(3)) {
      assertThat(three).hasSize(3);
    }
    assertThat(tokens.result().finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(tokens.result().ids()).isEqualTo(Arrays.copyOf(whole.ids(), 3));
  }

  @Test
  void anInterruptedThreadStopsWithinATokenAndStaysInterrupted() {
    var config = GREEDY.maxNewTokens(100);
    var heard = new ArrayList<Integer>();
    var result =
        model.generate(
            PROMPT,
            config,
            token -> {
              heard.add(token.id());
              if (heard.size() == 3) {
                Thread.currentThread().interrupt();
              }
            });
    assertThat(Thread.interrupted()).isTrue();
    assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(result.ids()).hasSize(3);
    Thread.currentThread().interrupt();
    var none = model.generateIds(List.of(PROMPT, ids(50)), config);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(none)
        .extracting(GenerationResult::finishReason)
        .containsOnly(FinishReason.CANCELLED);
  }

  @Test
  void sixteenVirtualThreadsGetWhatOneGets() throws Exception {
    var sampling = GenerationConfig.sampling().ignoreEos(true).maxNewTokens(12);
    var expected = new ArrayList<int[]>();
    for (int i = 0; i < 16; i++) {
      expected.add(model.generate(ids(i + 1), sampling.seed(i)).ids());
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Callable<int[]>>();
      for (int i = 0; i < 16; i++) {
        int seed = i;
        calls.add(() -> model.generate(ids(seed + 1), sampling.seed(seed)).ids());
      }
      var results = threads.invokeAll(calls);
      for (int i = 0; i < 16; i++) {
        assertThat(results.get(i).get()).isEqualTo(expected.get(i));
      }
    }
  }

  @Test
  void closingWhileOthersGenerateEndsThemWithANamedError() throws Exception {
    var closing = GoldenGenerationTest.load(TestData.own("causal/llama"));
    var started = new CountDownLatch(4);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls =
          IntStream.range(0, 4)
              .mapToObj(i ->
                  threads.submit(() -> {
                    while (true) {
                      closing.generate(ids(i + 1), GREEDY.maxNewTokens(20));
                      started.countDown();
                    }
                  }))
              .toList();
      started.await();
      closing.close();
      for (var call : calls) {
        assertThatThrownBy(call::get).cause().isInstanceOf(ClosedException.class);
      }
    }
    closing.close();
    assertThatThrownBy(() -> closing.generate(PROMPT, GREEDY))
        .isInstanceOf(ClosedException.class)
        .hasMessageContaining("the model is closed");
  }

  @Test
  void anErrorOfTheListenerComesThrough() {
    var error = new IllegalStateException("enough");
    assertThatThrownBy(() ->
            model.generate(
                PROMPT,
                GREEDY,
                _ -> {
                  throw error;
                }))
        .isSameAs(error);
  }

  // ---- text

  @Test
  void textOfAStreamIsTheTextOfTheResult(@TempDir Path folder) throws Exception {
    try (var writer = withTokenizer(folder)) {
      for (int seed = 0; seed < 40; seed++) {
        var config = GenerationConfig.sampling().topK(0).temperature(5).maxNewTokens(40).seed(seed);
        var pieces = new ArrayList<String>();
        var result = writer.generate(PROMPT, config, token -> pieces.add(token.text()));
        assertThat(String.join("", pieces)).isEqualTo(result.text());
        int[] ids =
            Arrays.stream(result.ids())
                .limit(
                    result.finishReason() == FinishReason.EOS
                        ? result.ids().length - 1
                        : result.ids().length)
                .toArray();
        assertThat(result.text()).isEqualTo(writer.tokenizer().decode(ids, true));
        if (result.text().length() > 8) {
          String stop = result.text().substring(4, 7);
          var stopped = writer.generate(PROMPT, config.stopStrings(stop));
          assertThat(result.text()).startsWith(stopped.text());
          assertThat(stopped.text()).doesNotContain(stop);
          assertThat(stopped.finishReason()).isEqualTo(FinishReason.STOP_STRING);
        }
      }
    }
  }

  /** The little Llama with the first 128 pieces of the tokenizer of the stop strings. */
  private static CausalLM withTokenizer(Path folder) throws Exception {
    Path llama = TestData.own("causal/llama");
    for (String file : List.of("config.json", "generation_config.json", "model.safetensors")) {
      Files.copy(llama.resolve(file), folder.resolve(file));
    }
    Files.copy(
        TestData.own("sampling/stop_tokenizer/tokenizer.json"), folder.resolve("tokenizer.json"));
    return GoldenGenerationTest.load(folder);
  }

  // ---- allocation

  @Test
  void aTokenAllocatesNothing() {
    var config =
        GenerationConfig.sampling()
            .ignoreEos(true)
            .maxNewTokens(10_000)
            .temperature(0.9)
            .topK(40)
            .topP(0.95)
            .minP(0.01)
            .repetitionPenalty(1.1);
    var chain = ProcessorChain.of(config, 4096, 10_000, 1);
    var sampler = Sampler.multinomial(1);
    float[] logits = new float[4096];
    var random = new Random(2);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (3 * random.nextGaussian());
    }
    var candidates = new Candidates(logits.length);
    var tokens = new TokenIds(PROMPT, PROMPT.length, 10_000);
    Runnable step =
        () -> {
          candidates.reset(logits, 0);
          for (int i = 0; i < chain.size(); i++) {
            chain.get(i).process(candidates, tokens);
          }
          tokens.add(sampler.sample(candidates));
        };
    long bytes =
        Allocations.steady(
            30,
            () -> {
              for (int i = 0; i < 100; i++) {
                step.run();
              }
            });
    assertThat(bytes / 100.0).as("bytes a token").isLessThan(16);
  }

  private static int[] ids(int length) {
    return IntStream.range(0, length).map(i -> 3 + (i * 7 + length) % 100).toArray();
  }
}
