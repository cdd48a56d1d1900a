package io.quoth.models;

import io.quoth.base.UnsupportedModelException;
import io.quoth.kernels.CountingOps;
import io.quoth.kernels.Ops;
import io.quoth.tensors.Weights;
import io.quoth.tensors.WeightsPlan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** From a configuration and a directory of weights to an encoder. */
final class EncoderLoader {
  private static final List<EncoderFamily> OWN =
      List.of(
          new Albert(),
          new Bert(),
          new DebertaV2(),
          new Distilbert(),
          new Electra(),
          new Modernbert(),
          new Mpnet(),
          new Roberta());

  /** Heads of other tasks, which are passed over. */
  private static final Pattern HEAD =
      Pattern.compile(
          "(.*\\.)?(pooler|cls|lm_head|classifier|qa_outputs|pre_classifier|vocab_transform"
              + "|vocab_layer_norm|vocab_projector|generator_predictions|generator_lm_head"
              + "|discriminator_predictions|predictions|sop_classifier|head|decoder|score"
              + "|lm_predictions|mask_predictions)\\..*");

  private final ConfigReader config;
  private final Task task;
  private final EncoderFamily family;

  /**
   * Finds the family, before anything large is fetched.
   *
   * @param wanted empty for the task that the configuration names
   */
  EncoderLoader(ConfigReader config, Optional<Task> wanted) {
    this.config = config;
    task = wanted.or(() -> Task.of(config)).orElse(Task.BASE);
    family = family(config, task);
  }

  Task task() {
    return task;
  }

  /** Builds a model; every misfit of weights and configuration is in one error. */
  EncoderTransformer build(Weights files, Ops ops) {
    Weights weights = OlderNames.of(files);
    var plan = WeightsPlan.over(weights);
    family.build(config, task, new Parts(new CountingOps(), plan.weights()));
    plan.check(name -> ModelLoader.isBuffer(name) || HEAD.matcher(name).matches());
    return family.build(config, task, new Parts(ops, weights));
  }

  /** Whether an encoder family knows the type. */
  static boolean knows(String modelType) {
    return all().containsKey(modelType);
  }

  private static Map<String, EncoderFamily> all() {
    var families = new TreeMap<String, EncoderFamily>();
    // A provider from outside may not take the place of one of ours, hence last.
    ServiceLoader.load(EncoderFamily.class).forEach(family -> add(family, families));
    OWN.forEach(family -> add(family, families));
    return families;
  }

  private static EncoderFamily family(ConfigReader config, Task task) {
    var families = all();
    EncoderFamily family = families.get(config.modelType());
    if (family != null) {
      return family;
    }
    Optional<Family> causal = Families.find(config.modelType());
    if (causal.isPresent() && task == Task.BASE) {
      return new CausalBody(causal.get());
    }
    if (causal.isPresent()) {
      throw new UnsupportedModelException(
          config.json().get("model_type").place()
              + ": \""
              + config.modelType()
              + "\" is a causal model; it has hidden states, but no head for "
              + task);
    }
    throw Families.unknown(config, families.keySet());
  }

  private static void add(EncoderFamily family, Map<String, EncoderFamily> families) {
    family.modelTypes().forEach(type -> families.put(type, family));
  }
}
