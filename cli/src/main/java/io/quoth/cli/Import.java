package io.quoth.cli;

import io.quoth.hub.CachedModel;
import io.quoth.hub.Hub;
import io.quoth.hub.HubConfig;
import java.nio.file.Path;
import java.util.List;

/** {@code quoth import}. */
final class Import implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "import",
        List.of(
            "Lay a model that \"quoth export\" wrote into the cache.",
            "Every file is checked against its hash; the network is not asked."),
        List.of(),
        new Usage.Parameters("FILE", "What \"quoth export\" wrote.", 1, 1),
        List.of("quoth import gpt2.tar"));
  }

  @Override
  public int run(Console console, Arguments arguments) {
    var hub = new Hub(HubConfig.from(console.environment()).withShortProgram());
    CachedModel model;
    try (var progress = new ProgressLine(console)) {
      model = hub.importFrom(Path.of(arguments.parameters().getFirst()), progress);
    }
    console
        .out()
        .println(
            "Imported "
                + model.name()
                + ": "
                + model.files()
                + " files, "
                + Units.bytes(model.bytes()));
    return Quoth.DONE;
  }
}
