package io.quoth.cli;

import io.quoth.hub.Hub;
import io.quoth.hub.HubConfig;
import io.quoth.hub.ModelName;
import java.util.List;

/** {@code quoth remove}. */
final class Remove implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "remove",
        List.of(
            "Remove a model from the cache.",
            "All of it, or with @revision that one and what no other revision uses. Python's tools"
                + " share the cache: it is gone for them too."),
        List.of(),
        new Usage.Parameters("MODEL", "name or org/name, with @revision for one of several.", 1, 1),
        List.of("quoth remove gpt2", "quoth remove org/name@v1.0"));
  }

  @Override
  public int run(Console console, Arguments arguments) {
    var hub = new Hub(HubConfig.from(console.environment()).withShortProgram());
    ModelName name = ModelName.parse(arguments.parameters().getFirst());
    long freed = hub.remove(name);
    console.out().println("Removed " + name + ": " + Units.bytes(freed) + " are free again");
    return Quoth.DONE;
  }
}
