package io.quoth.cli;

import io.quoth.base.ModelSource;
import io.quoth.base.UnsupportedModelException;
import io.quoth.hub.Hub;
import io.quoth.hub.HubConfig;
import io.quoth.hub.ModelName;
import io.quoth.hub.RemoteInfo;
import io.quoth.models.ModelFacts;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A model on the Hub that is not in the cache, for {@code quoth info}. */
record RemoteModel(RemoteInfo info) {
  /** What the server says of a name that is neither here nor in the cache. */
  static Optional<RemoteModel> find(Console console, String model) {
    if (ModelSource.isHere(model)) {
      return Optional.empty();
    }
    var hub = new Hub(HubConfig.from(console.environment()).withShortProgram());
    return ModelName.tryParse(model)
        .filter(name -> !hub.names().contains(name.id()))
        .map(name -> {
          console.err().println(name + ": asking " + hub.config().endpoint());
          return new RemoteModel(hub.info(name));
        });
  }

  String name() {
    return info.plan().name().toString();
  }

  /** Memory and work, when Quoth knows the family. */
  Optional<ModelFacts> facts() {
    try {
      return info.config().map(ModelFacts::of);
    } catch (UnsupportedModelException e) {
      return Optional.empty();
    }
  }

  void show(Console console) {
    var table = new Table(console.style());
    table.row("On the Hub", "commit " + info.plan().commit(), about());
    long missing = info.plan().missingBytes();
    table.row("To fetch", Units.bytes(missing) + " in " + info.plan().files().size() + " files");
    if (!info.types().isEmpty()) {
      table.row("Weights", types());
    }
    if (facts().isEmpty()) {
      table.row("Family", "not one that Quoth runs");
    }
    table.print(console.out());
  }

  private String about() {
    String access =
        info.gated().equals("false")
            ? info.isPrivate() ? "private" : "open to all"
            : "gated (" + info.gated() + "): its terms must be accepted on its page";
    return access
        + (info.task().isEmpty() ? "" : ", " + info.task())
        + (info.library().isEmpty() ? "" : ", made with " + info.library());
  }

  private String types() {
    var grid = new Grid("", ">", ">");
    info.types()
        .forEach((type, amount) ->
            grid.row(
                type,
                String.format(Locale.ROOT, "%,d parameters", amount.parameters()),
                Units.bytes(amount.bytes())));
    return grid.toString().stripTrailing();
  }

  Map<String, Object> json() {
    var object = new LinkedHashMap<String, Object>();
    object.put("model", name());
    object.put("commit", info.plan().commit());
    object.put("gated", info.gated());
    object.put("private", info.isPrivate());
    object.put("bytes", info.plan().bytes());
    object.put("missing_bytes", info.plan().missingBytes());
    var types = new LinkedHashMap<String, Object>();
    info.types()
        .forEach((type, amount) ->
            types.put(type, Map.of("parameters", amount.parameters(), "bytes", amount.bytes())));
    object.put("types", types);
    return object;
  }
}
