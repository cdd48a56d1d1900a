package io.quoth.cli;

import io.quoth.base.Json;
import io.quoth.hub.Hub;
import io.quoth.hub.HubConfig;
import io.quoth.hub.ModelName;
import io.quoth.hub.Plan;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;

/** {@code quoth pull}. */
final class Pull implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "pull",
        List.of(
            "Fetch a model of the Hugging Face Hub into the cache, or what is new of it.",
            "The cache is the one that Python's tools use: HF_HOME, HF_HUB_CACHE. Private and gated"
                + " models need HF_TOKEN. What was broken off goes on where it ended."),
        List.of(
            Usage.Opt.flag("--plan", "Show the files and their sizes, and fetch nothing."),
            Usage.Opt.flag("--json", "With --plan: write one JSON object.")),
        new Usage.Parameters(
            "MODEL [FILE...]",
            "name or org/name, with @revision for a branch, tag or commit; without FILE all that a"
                + " load needs.",
            1,
            100),
        List.of(
            "quoth pull gpt2",
            "quoth pull --plan microsoft/phi-2",
            "quoth pull org/name@v1.0 model-q4.gguf"));
  }

  @Override
  public int run(Console console, Arguments arguments) {
    var hub = new Hub(HubConfig.from(console.environment()).withShortProgram());
    var words = arguments.parameters();
    ModelName name = ModelName.parse(words.getFirst());
    List<String> files = words.subList(1, words.size());
    if (arguments.has("--plan")) {
      if (!files.isEmpty()) {
        throw new UsageException("--plan shows what a load needs; leave FILE out");
      }
      Plan plan = hub.plan(name);
      console.out().print(arguments.has("--json") ? json(plan) + "\n" : shown(console, plan));
      return Quoth.DONE;
    }
    if (arguments.has("--json")) {
      throw new UsageException("--json goes with --plan");
    }
    Path folder;
    try (var progress = new ProgressLine(console)) {
      folder = files.isEmpty() ? hub.pull(name, progress) : hub.pull(name, files, progress);
    }
    console.out().println(folder);
    return Quoth.DONE;
  }

  private static String shown(Console console, Plan plan) {
    Style style = console.style();
    var grid = new Grid("", ">", "");
    for (Plan.Item file : plan.files()) {
      grid.row(
          file.path(), Units.bytes(file.size()), file.isHere() ? style.dim("here") : "to fetch");
    }
    return plan.name()
        + ", commit "
        + plan.commit()
        + "\n"
        + grid
        + Units.bytes(plan.bytes())
        + " in all, "
        + Units.bytes(plan.missingBytes())
        + " to fetch\n";
  }

  private static String json(Plan plan) {
    var object = new LinkedHashMap<String, Object>();
    object.put("model", plan.name().id());
    object.put("revision", plan.name().revision());
    object.put("commit", plan.commit());
    object.put("bytes", plan.bytes());
    object.put("missing_bytes", plan.missingBytes());
    object.put(
        "files",
        plan.files().stream()
            .map(file -> {
              var item = new LinkedHashMap<String, Object>();
              item.put("path", file.path());
              item.put("size", file.size());
              item.put("here", file.isHere());
              return item;
            })
            .toList());
    return Json.write(object);
  }
}
