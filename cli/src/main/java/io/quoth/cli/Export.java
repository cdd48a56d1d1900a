package io.quoth.cli;

import io.quoth.hub.Hub;
import io.quoth.hub.HubConfig;
import io.quoth.hub.ModelName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code quoth export}. */
final class Export implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "export",
        List.of(
            "Write a model into one file, for a machine without network.",
            "The file is a tar archive in the layout of the cache, with the hash and origin of"
                + " every file: \"quoth import\" reads it, and for Python \"tar -x\" in its cache"
                + " does."),
        List.of(Usage.Opt.flag("--force", "Write over a file that is there.")),
        new Usage.Parameters("MODEL FILE", "A model of the Hub, and where to write.", 2, 2),
        List.of("quoth export gpt2 gpt2.tar"));
  }

  @Override
  public int run(Console console, Arguments arguments) {
    var hub = new Hub(HubConfig.from(console.environment()).withShortProgram());
    ModelName name = ModelName.parse(arguments.parameters().getFirst());
    Path file = Path.of(arguments.parameters().getLast());
    if (Files.exists(file) && !arguments.has("--force")) {
      throw new UsageException(file + " is there already; --force writes over it");
    }
    try (var progress = new ProgressLine(console)) {
      hub.exportTo(name, file, progress);
    }
    console.out().println("Wrote " + name + " to " + file);
    return Quoth.DONE;
  }
}
