package io.quoth.embeddings;

import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.base.UnsupportedModelException;
import io.quoth.kernels.Ops;
import io.quoth.models.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The stages of a model in order, by route where it has a router.
 *
 * @param routes stages of each route; one route named "" where there is no router
 * @param defaultRoute the route of texts of which nothing is known
 * @param types the reference's names of the modules
 */
record Chain(Map<String, List<Stage>> routes, String defaultRoute, List<String> types)
    implements AutoCloseable {

  /** What loads stages, and closes them when a later one fails. */
  private static final class Loader {
    private final Supplier<Ops> ops;
    private final ProgressListener progress;
    private final List<Stage> loaded = new ArrayList<>();

    Loader(Supplier<Ops> ops, ProgressListener progress) {
      this.ops = ops;
      this.progress = progress;
    }

    Stage stage(String type, ModelFolder folder) {
      Stage stage =
          switch (type) {
            case "Transformer" -> TransformerStage.load(type, folder, Task.BASE, ops, progress);
            case "Pooling" -> PoolingStage.read(folder.json("config.json"));
            case "Dense" -> DenseStage.load(folder, ops, progress);
            case "Normalize" -> new NormalizeStage();
            case "LayerNorm" -> LayerNormStage.load(folder, ops, progress);
            case "StaticEmbedding" -> StaticStage.load(folder, ops, progress);
            case "Dropout" -> new NothingStage();
            default ->
                throw new UnsupportedModelException(
                    folder.location()
                        + ": module \""
                        + type
                        + "\" is not supported; supported are Transformer, Pooling, Dense,"
                        + " Normalize, LayerNorm, Dropout, StaticEmbedding, Router, Asym");
          };
      loaded.add(stage);
      return stage;
    }

    void close() {
      loaded.forEach(Stage::close);
    }
  }

  /** Dropout, which does nothing once a model is trained. */
  private record NothingStage() implements Stage {
    @Override
    public String type() {
      return "Dropout";
    }

    @Override
    public void forward(Features features) {}

    @Override
    public int dimension(int in) {
      return in;
    }
  }

  /** Loads the chain of a folder. */
  static Chain load(ModelFolder folder, Supplier<Ops> ops, ProgressListener progress) {
    var loader = new Loader(ops, progress);
    try {
      var entries = new SentenceFolder(folder).modules();
      Chain chain = entries.isEmpty() ? plain(folder, loader) : of(folder, entries, loader);
      chain.check(folder);
      return chain;
    } catch (RuntimeException | Error e) {
      loader.close();
      throw e;
    }
  }

  private static Chain of(ModelFolder folder, List<SentenceFolder.Entry> entries, Loader loader) {
    var types = entries.stream().map(entry -> isRouter(entry) ? "Router" : entry.type()).toList();
    var first = entries.getFirst();
    var rest = new ArrayList<Stage>();
    Map<String, List<Stage>> routes = new LinkedHashMap<>();
    String defaultRoute = "";
    if (isRouter(first)) {
      ModelFolder place = folder.in(first.path());
      Json config =
          place.json(place.has("router_config.json") ? "router_config.json" : "config.json");
      routes = routes(place, config, loader);
      defaultRoute =
          config
              .find("parameters")
              .flatMap(parameters -> parameters.find("default_route"))
              .map(Json::asString)
              .orElse(routes.keySet().iterator().next());
      if (!routes.containsKey(defaultRoute)) {
        throw config.error("has no route \"" + defaultRoute + "\": " + routes.keySet());
      }
    } else {
      rest.add(loader.stage(first.type(), folder.in(first.path())));
    }
    for (var entry : entries.subList(1, entries.size())) {
      rest.add(loader.stage(entry.type(), folder.in(entry.path())));
    }
    if (routes.isEmpty()) {
      routes.put("", rest);
    } else {
      routes.values().forEach(stages -> stages.addAll(rest));
    }
    return new Chain(routes, defaultRoute, types);
  }

  private static boolean isRouter(SentenceFolder.Entry entry) {
    return entry.type().equals("Router") || entry.type().equals("Asym");
  }

  private static Map<String, List<Stage>> routes(ModelFolder folder, Json config, Loader loader) {
    Json structure = config.get("structure");
    Json types = config.get("types");
    var routes = new LinkedHashMap<String, List<Stage>>();
    for (String route : structure.keys()) {
      var stages = new ArrayList<Stage>();
      for (Json name : structure.get(route).items()) {
        String type = types.getString(name.asString());
        stages.add(
            loader.stage(type.substring(type.lastIndexOf('.') + 1), folder.in(name.asString())));
      }
      routes.put(route, stages);
    }
    if (routes.isEmpty()) {
      throw structure.error("names no routes");
    }
    return routes;
  }

  /** A folder of transformers alone: the mean, or the last token of a causal model. */
  private static Chain plain(ModelFolder folder, Loader loader) {
    if (SentenceFolder.optional(folder, "tokenizer_config.json")
            .map(config -> config.has("chat_template"))
            .orElse(false)
        || folder.has("chat_template.jinja")) {
      throw new UnsupportedModelException(
          folder.location()
              + ": has a chat template and no modules.json; the reference would embed every text"
              + " as a chat, which is not supported. Add a modules.json that names Transformer and"
              + " Pooling");
    }
    boolean causal =
        folder.json("config.json").find("architectures").map(Json::items).orElse(List.of()).stream()
            .anyMatch(name -> name.asString().endsWith("ForCausalLM"));
    Stage body = loader.stage("Transformer", folder);
    var mode = causal ? PoolingStage.Mode.LASTTOKEN : PoolingStage.Mode.MEAN;
    Stage pooling = new PoolingStage(body.dimension(0), List.of(mode), true);
    return new Chain(Map.of("", List.of(body, pooling)), "", List.of("Transformer", "Pooling"));
  }

  /** That every route begins with texts, ends with embeddings, and that sizes fit. */
  private void check(ModelFolder folder) {
    int common = -1;
    for (var route : routes.entrySet()) {
      var stages = route.getValue();
      if (stages.isEmpty() || !(stages.getFirst() instanceof InputStage)) {
        throw new UnsupportedModelException(
            folder.location() + ": no module begins with texts: " + types);
      }
      if (stages.stream().noneMatch(s -> s instanceof PoolingStage || s instanceof StaticStage)) {
        throw new UnsupportedModelException(
            folder.location() + ": no module makes an embedding of a text: " + types);
      }
      int dimension = dimension(stages);
      if (common >= 0 && common != dimension) {
        throw new BadFileException(
            folder.location()
                + ": routes give embeddings of "
                + common
                + " and of "
                + dimension
                + " numbers");
      }
      common = dimension;
    }
  }

  private static int dimension(List<Stage> stages) {
    int dimension = 0;
    for (Stage stage : stages) {
      dimension = stage.dimension(dimension);
    }
    return dimension;
  }

  /** Numbers of an embedding. */
  int dimension() {
    return dimension(stages(defaultRoute));
  }

  /** The stages of a route; of the default route for one that there is not. */
  List<Stage> stages(String route) {
    var stages = routes.get(route);
    return stages == null ? routes.getOrDefault(defaultRoute, List.of()) : stages;
  }

  /** The first stage of a route. */
  InputStage input(String route) {
    return (InputStage) stages(route).getFirst();
  }

  /** Tokens of a text at most; empty for no limit, and where routes have each their own. */
  OptionalInt maxLength() {
    return routes.containsKey("") ? input("").maxLength() : OptionalInt.empty();
  }

  @Override
  public void close() {
    routes.values().forEach(stages -> stages.forEach(Stage::close));
  }
}
