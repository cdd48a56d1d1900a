package io.quoth.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadArgumentException;
import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.UnsupportedModelException;
import io.quoth.testkit.TestData;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationConfigTest {
  private static final GenerationConfig NONE = GenerationConfig.defaults();

  @Test
  void readsInTheSpellingOfThePage() {
    var config = GenerationConfig.sampling().maxNewTokens(30).temperature(0.8).topP(0.9);
    assertThat(config)
        .hasToString(
            "GenerationConfig{do_sample=true, max_new_tokens=30, temperature=0.8, top_p=0.9}");
    assertThat(config.topK()).isEmpty();
    assertThat(config)
        .isEqualTo(GenerationConfig.sampling().topP(0.9).temperature(0.8).maxNewTokens(30));
  }

  @Test
  void changingGivesACopy() {
    var one = GenerationConfig.sampling();
    one.temperature(0.5);
    assertThat(one.temperature()).isEmpty();
  }

  @Test
  void theCallWinsOverTheModelAndTheModelOverTheDefaults() {
    var model = file("{'do_sample': true, 'temperature': 0.6, 'top_p': 0.95, 'max_length': 40}");
    var merged = NONE.temperature(1.1).maxNewTokens(5).orElse(model);
    assertThat(merged)
        .hasToString(
            "GenerationConfig{do_sample=true, max_new_tokens=5, temperature=1.1, top_p=0.95}");
    assertThat(names(merged)).containsExactly("temperature", "top_k", "top_p");
    assertThat(names(merged.topK(0))).containsExactly("temperature", "top_p");
  }

  @Test
  void samplingWithoutAnySettingTakesTheFiftyBest() {
    assertThat(names(GenerationConfig.sampling())).containsExactly("top_k");
    assertThat(names(NONE)).isEmpty();
  }

  @Test
  void whatOnlySamplingKnowsTurnsItOn() {
    var greedyModel = file("{'temperature': 0.6}");
    assertThat(names(NONE.orElse(greedyModel))).isEmpty();
    assertThat(names(NONE.minP(0.1).orElse(greedyModel)))
        .containsExactly("temperature", "top_k", "min_p");
  }

  @Test
  void greedyKeepsThePenaltiesOfTheModel() {
    var model = file("{'do_sample': true, 'temperature': 0.6, 'repetition_penalty': 1.05}");
    var merged = GenerationConfig.greedy().orElse(model);
    assertThat(ProcessorChain.samples(merged)).isFalse();
    assertThat(names(merged)).containsExactly("repetition_penalty");
  }

  @Test
  void temperatureZeroIsGreedy() {
    var model = file("{'do_sample': true, 'top_p': 0.9}");
    assertThat(ProcessorChain.samples(NONE.temperature(0).orElse(model))).isFalse();
    assertThat(ProcessorChain.samples(GenerationConfig.greedy().temperature(0))).isFalse();
  }

  @Test
  void refusesWhatIsOutOfRange() {
    assertRefused(() -> NONE.maxNewTokens(0), "max_new_tokens must be >= 1: 0");
    assertRefused(() -> NONE.maxNewTokens(-5), "max_new_tokens must be >= 1: -5");
    assertRefused(() -> NONE.temperature(-0.1), "temperature must be >= 0 and finite: -0.1");
    assertRefused(() -> NONE.temperature(Double.NaN), "temperature must be >= 0 and finite: NaN");
    assertRefused(
        () -> NONE.temperature(Double.POSITIVE_INFINITY),
        "temperature must be >= 0 and finite: Infinity");
    assertRefused(
        () -> NONE.temperature(1e-9), "temperature must be 0 (greedy) or >= 1e-5: 1.0E-9");
    assertRefused(() -> NONE.topP(0), "top_p must be > 0 and <= 1: 0.0");
    assertRefused(() -> NONE.topP(1.01), "top_p must be > 0 and <= 1: 1.01");
    assertRefused(() -> NONE.minP(-1), "min_p must be >= 0 and <= 1: -1.0");
    assertRefused(() -> NONE.topK(-1), "top_k must be >= 0: -1");
    assertRefused(
        () -> NONE.repetitionPenalty(0), "repetition_penalty must be > 0 and finite: 0.0");
    assertRefused(
        () -> NONE.stopStrings("a", ""), "stop_strings must not hold anything empty: [a, ]");
    assertRefused(() -> NONE.eosTokenIds(-1), "eos_token_id must hold ids >= 0: [-1]");
  }

  @Test
  void refusesWhatContradictsItself() {
    assertRefused(
        () -> GenerationConfig.greedy().temperature(0.8),
        "temperature 0.8 has no effect with do_sample false (greedy); leave one of them out");
    assertRefused(
        () -> NONE.topK(5).doSample(false),
        "top_k 5 has no effect with do_sample false (greedy); leave one of them out");
    assertRefused(
        () -> NONE.maxNewTokens(5).maxLength(9),
        "max_new_tokens and max_length are both set; leave one of them out");
    assertRefused(
        () -> NONE.maxNewTokens(5).minNewTokens(6), "min_new_tokens 6 is above max_new_tokens 5");
  }

  @Test
  void refusesIdsOutsideTheVocabulary() {
    assertRefused(
        () -> names(NONE.suppressTokens(100)),
        "suppress_tokens: id 100 is not in the vocabulary, 0 to 99");
    assertRefused(
        () -> names(NONE.badWordsIds(new int[] {1, 200})),
        "bad_words_ids: id 200 is not in the vocabulary, 0 to 99");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'num_beams': 4}| generation_config.json: num_beams: 4 is not supported",
        "{'penalty_alpha': 0.6}| generation_config.json: penalty_alpha: 0.6 is not supported",
        "{'guidance_scale': 1.5}| generation_config.json: guidance_scale: 1.5 is not supported",
        "{'watermarking_config': {}}| watermarking_config: {} is not supported"
      },
      quoteCharacter = '`')
  void refusesAFileThatAsksForWhatIsNotSupported(String text, String message) {
    assertThatThrownBy(() -> file(text))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("take the key out");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'num_beams': 1, 'guidance_scale': null, 'penalty_alpha': 0.0, 'use_cache': true}",
        "{'transformers_version': '5.18.0', 'pad_token_id': 0, '_from_model_config': true}",
        "{'cache_implementation': 'hybrid', 'no_such_key': [1, 2]}"
      })
  void passesOverWhatCannotChangeTheResult(String text) {
    assertThat(file(text)).isEqualTo(NONE);
  }

  @Test
  void namesThePlaceOfABadValueInAFile() {
    assertThatThrownBy(() -> file("{'temperature': -1}"))
        .isInstanceOf(BadFileException.class)
        .hasMessage("generation_config.json: temperature: must be >= 0 and finite: -1.0");
    assertThatThrownBy(() -> file("{'eos_token_id': ['x']}"))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("eos_token_id[0]: expected a whole number");
  }

  @Test
  void readsOneEndTokenOrSeveral() {
    assertThat(file("{'eos_token_id': 7}").eosTokenIds()).containsExactly(7);
    assertThat(file("{'eos_token_id': [7, 8]}").eosTokenIds()).containsExactly(7, 8);
    assertThat(file("{'eos_token_id': null}").eosTokenIds()).isEmpty();
  }

  @Test
  void readsTheGoldenFolders() {
    var config = GenerationConfig.of(ModelFolder.of(TestData.own("causal/gpt2")));
    assertThat(config.eosTokenIds()).containsExactly(2);
  }

  private static List<String> names(GenerationConfig config) {
    return ProcessorChain.of(config, 100, 1000, 1).stream().map(LogitsProcessor::name).toList();
  }

  private static GenerationConfig file(String text) {
    return GenerationConfig.of(Json.parse(text.replace('\'', '"'), "generation_config.json"));
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(BadArgumentException.class).hasMessage(message);
  }
}
