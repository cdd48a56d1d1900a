package io.quoth.cli;

import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.kernels.Memory;
import io.quoth.models.ModelConfig;
import io.quoth.models.ModelFacts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code quoth info}. */
final class Info implements Command {
  /** What Quoth itself takes beside weights and cache, measured with the embedded model. */
  private static final long OWN_BYTES = 150L << 20;

  /** Bits a parameter, by the names of the forms that weights come in. */
  private static final Map<String, Integer> FORMS = new LinkedHashMap<>();

  static {
    FORMS.put("f32", 32);
    FORMS.put("f16", 16);
    FORMS.put("int8", 8);
    FORMS.put("4 bit", 4);
  }

  @Override
  public Usage usage() {
    return new Usage(
        "info",
        List.of(
            "Show what a model is made of, the memory and work it takes, and whether it fits here.",
            "All of it is worked out from config.json; weights are not read. Of a model on the Hub"
                + " that is not in the cache the server is asked, and the headers of its weights;"
                + " nothing is downloaded."),
        List.of(
            ModelOption.OPTION,
            ModelOption.REFRESH,
            Usage.Opt.flag(
                "--calibrate", "Show the same for well-known models, from their configurations."),
            Usage.Opt.flag("--json", "Write one JSON object a model.")),
        new Usage.Parameters("MODEL", "The same as --model MODEL.", 0, 1),
        List.of("quoth info", "quoth info microsoft/phi-2", "quoth info --calibrate"));
  }

  @Override
  public int run(Console console, Arguments arguments) {
    String model = arguments.parameter();
    if (model != null && arguments.has("--model")) {
      throw new UsageException("MODEL is given twice, with --model and without");
    }
    if (arguments.has("--calibrate")) {
      if (model != null || arguments.has("--model")) {
        throw new UsageException("--calibrate shows models of its own; leave MODEL out");
      }
      calibrate(console, arguments.has("--json"));
      return Quoth.DONE;
    }
    String name = model != null ? model : arguments.text("--model").orElse(ModelOption.CAUSAL);
    var remote = RemoteModel.find(console, name);
    if (remote.isPresent()) {
      return show(console, remote.get(), arguments.has("--json"));
    }
    ModelFolder folder = ModelOption.resolve(console, arguments, name);
    ModelFacts facts = ModelFacts.of(folder);
    if (arguments.has("--json")) {
      console.out().println(Json.write(json(folder.location(), facts)));
    } else {
      show(console, folder.location(), facts);
    }
    return Quoth.DONE;
  }

  /** A model that is not here: what the server and the headers of its weights tell. */
  private static int show(Console console, RemoteModel remote, boolean asJson) {
    var facts = remote.facts();
    if (asJson) {
      var object = facts.map(known -> json(remote.name(), known)).orElseGet(LinkedHashMap::new);
      object.putAll(remote.json());
      console.out().println(Json.write(object));
      return Quoth.DONE;
    }
    facts.ifPresentOrElse(
        known -> show(console, remote.name(), known),
        () -> console.out().println(console.style().bold(remote.name())));
    console.out().println();
    remote.show(console);
    return Quoth.DONE;
  }

  private static void show(Console console, String name, ModelFacts facts) {
    Style style = console.style();
    ModelConfig config = facts.config();
    console.out().println(style.bold(name));
    console.out().println();
    var table = new Table(style);
    table.row("Family", config.modelType() + shape(config));
    table.row("Parameters", exact(facts.parameters()), parts(style, facts));
    table.row("Vocabulary", grouped(config.vocabSize()) + " tokens");
    table.row(
        "Context",
        grouped(config.contextLength())
            + " tokens"
            + (config.extendable() ? ", more are possible" : ""));
    table.row("Work", work(facts));
    table.row("Cache", cache(facts));
    table.print(console.out());
    console.out().println();
    console.out().print(memory(style, facts));
    console.out().println();
    console.out().println("This machine has " + Units.bytes(memory()) + " of memory.");
  }

  private static String shape(ModelConfig config) {
    String heads =
        config.heads() == config.kvHeads()
            ? config.heads() + " heads"
            : config.heads() + " heads over " + config.kvHeads() + " of keys and values";
    return ": %d layers, hidden size %d, feed-forward %d,%n%s of %d"
        .formatted(
            config.layers(),
            config.hiddenSize(),
            config.intermediateSize(),
            heads,
            config.headDim());
  }

  private static String parts(Style style, ModelFacts facts) {
    var grid = new Grid("", ">", ">", "");
    for (var part : facts.parts()) {
      double share = (double) part.parameters() / facts.parameters();
      grid.row(
          part.name(),
          grouped(part.parameters()),
          String.format(Locale.ROOT, "%.1f %%", 100 * share),
          style.cyan("█".repeat((int) Math.round(30 * share))));
    }
    String tied =
        facts.config().tiedEmbeddings() ? "\nThe head is the table of embeddings again." : "";
    return grid.toString().stripTrailing() + tied;
  }

  private static String work(ModelFacts facts) {
    long first = facts.operationsAt(0);
    long last = facts.operationsAt(facts.config().contextLength() - 1);
    String growth = Units.count(Math.round(facts.operationsPerPosition()));
    return Units.count(first)
        + " operations for the first token (a multiply-add is two),\n"
        + growth
        + " more for each token before it: "
        + Units.count(last)
        + " at full context";
  }

  private static String cache(ModelFacts facts) {
    return Units.bytes(facts.kvBytesPerToken())
        + " of keys and values a token (f32), "
        + Units.bytes(facts.kvBytesAtFullContext())
        + " at full context";
  }

  private static String memory(Style style, ModelFacts facts) {
    var grid = new Grid("", ">", ">", "");
    grid.head(style, "weights as", "bytes", "with a full cache", "fits here");
    FORMS.forEach((name, bits) -> {
      long bytes = facts.weightBytes(bits);
      long all = bytes + facts.kvBytesAtFullContext();
      boolean fits = all + OWN_BYTES <= memory();
      boolean withoutCache = bytes + OWN_BYTES <= memory();
      grid.row(
          name,
          Units.bytes(bytes),
          Units.bytes(all),
          fits
              ? style.green("yes")
              : withoutCache ? style.yellow("with a shorter context") : style.red("no"));
    });
    return grid.toString();
  }

  private static void calibrate(Console console, boolean json) {
    Style style = console.style();
    var grid = new Grid("", ">", ">", ">", ">", ">", ">", ">", ">", ">", "");
    grid.head(
        style,
        "model",
        "parameters",
        "f32",
        "f16",
        "int8",
        "4 bit",
        "context",
        "cache/token",
        "full cache",
        "ops/token",
        "fits here");
    for (var known : Calibration.MODELS.entrySet()) {
      ModelFacts facts = ModelFacts.of(known.getValue());
      if (json) {
        console.out().println(Json.write(json(known.getKey(), facts)));
      }
      grid.row(
          known.getKey(),
          Units.count(facts.parameters()),
          Units.bytes(facts.weightBytes(32)),
          Units.bytes(facts.weightBytes(16)),
          Units.bytes(facts.weightBytes(8)),
          Units.bytes(facts.weightBytes(4)),
          grouped(facts.config().contextLength()),
          Units.bytes(facts.kvBytesPerToken()),
          Units.bytes(facts.kvBytesAtFullContext()),
          Units.count(facts.operationsAt(0)),
          fitting(style, facts));
    }
    if (!json) {
      console.out().print(grid);
      console.out().println();
      console
          .out()
          .println(
              "Worked out from the configurations; cache in f32; fits here: the largest form of"
                  + " the weights that this machine's "
                  + Units.bytes(memory())
                  + " of memory holds.");
    }
  }

  private static String fitting(Style style, ModelFacts facts) {
    for (var form : FORMS.entrySet()) {
      if (facts.weightBytes(form.getValue()) + OWN_BYTES <= memory()) {
        return style.green(form.getKey());
      }
    }
    return style.red("no");
  }

  private static LinkedHashMap<String, Object> json(String name, ModelFacts facts) {
    ModelConfig config = facts.config();
    var object = new LinkedHashMap<String, Object>();
    object.put("model", name);
    object.put("model_type", config.modelType());
    object.put("parameters", facts.parameters());
    var parts = new LinkedHashMap<String, Object>();
    facts.parts().forEach(part -> parts.put(part.name(), part.parameters()));
    object.put("parts", parts);
    object.put("layers", config.layers());
    object.put("hidden_size", config.hiddenSize());
    object.put("vocab_size", config.vocabSize());
    object.put("context_length", config.contextLength());
    var bytes = new LinkedHashMap<String, Object>();
    FORMS.forEach((form, bits) -> bytes.put(form, facts.weightBytes(bits)));
    object.put("weight_bytes", bytes);
    object.put("kv_bytes_per_token", facts.kvBytesPerToken());
    object.put("kv_bytes_full_context", facts.kvBytesAtFullContext());
    object.put("operations_first_token", facts.operationsAt(0));
    object.put("operations_per_position", facts.operationsPerPosition());
    return object;
  }

  private static String exact(long number) {
    return Units.count(number) + " (" + grouped(number) + ")";
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Bytes of memory of this machine, or of this container. */
  static long memory() {
    var memory = Memory.detect();
    return memory.usable().orElse(memory.heap());
  }
}
