package io.quoth.cli;

import io.quoth.base.Json;
import io.quoth.hub.CachedModel;
import io.quoth.hub.Hub;
import io.quoth.hub.HubConfig;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;

/** {@code quoth list}. */
final class ListModels implements Command {
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

  @Override
  public Usage usage() {
    return new Usage(
        "list",
        List.of("List the models in the cache: size, revision, last used."),
        List.of(Usage.Opt.flag("--json", "Write one JSON object a model.")),
        Usage.Parameters.NONE,
        List.of("quoth list"));
  }

  @Override
  public int run(Console console, Arguments arguments) {
    var hub = new Hub(HubConfig.from(console.environment()).withShortProgram());
    List<CachedModel> models = hub.list();
    if (arguments.has("--json")) {
      models.forEach(model -> console.out().println(json(model)));
      return Quoth.DONE;
    }
    if (models.isEmpty()) {
      console.out().println("No models in " + hub.config().cache());
      return Quoth.DONE;
    }
    var grid = new Grid("", ">", ">", "", "", "");
    grid.head(console.style(), "model", "size", "files", "last used", "revision", "commit");
    long bytes = 0;
    for (CachedModel model : models) {
      bytes += model.bytes();
      grid.row(
          model.id(),
          Units.bytes(model.bytes()),
          String.valueOf(model.files()),
          day(model.lastUsed()),
          String.join(", ", model.revisions()),
          model.commit().substring(0, 12));
    }
    console.out().print(grid);
    console.out().println(Units.bytes(bytes) + " in " + hub.config().cache());
    return Quoth.DONE;
  }

  private static String day(Instant time) {
    return DAY.format(time.atZone(ZoneId.systemDefault()));
  }

  private static String json(CachedModel model) {
    var object = new LinkedHashMap<String, Object>();
    object.put("model", model.id());
    object.put("revisions", model.revisions());
    object.put("commit", model.commit());
    object.put("files", model.files());
    object.put("bytes", model.bytes());
    object.put("last_used", model.lastUsed().toString());
    object.put("folder", model.folder().toString());
    return Json.write(object);
  }
}
