package io.quoth.hub;

import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Models by name: found in the cache that Python's tools use too, fetched when they are missing.
 *
 * <pre>{@code
 * var hub = new Hub(HubConfig.fromEnvironment());
 * Path folder = hub.pull(ModelName.parse("gpt2"), ProgressListener.NONE);
 * }</pre>
 *
 * <p>All calls block, on platform and virtual threads alike, and end early with {@link
 * HubException.Reason#CANCELLED} when their thread is interrupted; what has arrived is kept and the
 * next call goes on from there. Listeners are told of each file (the task is its path) and of all
 * together (the task is the model's name), in bytes. An instance holds nothing that must be closed,
 * and is safe to share between threads.
 */
public final class Hub {
  private static final int RETRIES = 5;
  private static final int MAX_CONFIG = 4 << 20;

  private final HubConfig config;
  private final Cache cache;
  private final Problems problems;
  private final Interruptible work;
  private final HubApi api;
  private final BlobDownload download;
  private final RemoteHeader headers;

  /** A Hub with its settings. Opens nothing yet. */
  public Hub(HubConfig config) {
    this(config, Thread::sleep, BlobDownload.Disk.REAL);
  }

  Hub(HubConfig config, Http.Pause pause, BlobDownload.Disk disk) {
    this.config = config;
    work = new Interruptible(config);
    cache = new Cache(config);
    problems = new Problems(config, cache::near);
    var http = new Http(config, pause);
    api = new HubApi(config, http, problems);
    download = new BlobDownload(config, http, api, problems, disk);
    headers = new RemoteHeader(http, api, problems, config.downloadTimeout());
  }

  /** The settings. */
  public HubConfig config() {
    return config;
  }

  /** The names of the models in the cache, sorted; asks nobody. */
  public List<String> names() {
    return cache.ids();
  }

  /**
   * A model as a folder. When the cache knows the revision, it is used as it is and nothing is
   * asked; files that are missing are fetched when they are read.
   *
   * @throws HubException when there is no such model, or nobody can be asked
   */
  public ModelFolder folder(ModelName name, ProgressListener progress) {
    return new HubFolder(work.call(() -> known(name, progress)), progress);
  }

  /**
   * As {@link #folder}, but asks the server which commit a branch or tag is now. When no answer
   * comes and the cache knows one, that is used, and the listener is told.
   */
  public ModelFolder refreshed(ModelName name, ProgressListener progress) {
    return new HubFolder(work.call(() -> asked(name, true, progress)), progress);
  }

  /**
   * Brings all files that a load needs, of the commit that the server names now.
   *
   * @return the folder that holds them
   */
  public Path pull(ModelName name, ProgressListener progress) {
    return work.call(() -> {
      Repository repository = asked(name, false, progress);
      repository.fetch(needed(repository), progress);
      return repository.snapshot();
    });
  }

  /**
   * Brings the files named.
   *
   * @return the folder that holds them
   * @throws HubException when the repository lacks one of them
   */
  public Path pull(ModelName name, Collection<String> files, ProgressListener progress) {
    return work.call(() -> {
      Repository repository = asked(name, false, progress);
      for (String file : files) {
        repository.require(file);
      }
      repository.fetch(files, progress);
      return repository.snapshot();
    });
  }

  /** One file: from the cache when it is there, else fetched. */
  public Path file(ModelName name, String file, ProgressListener progress) {
    return work.call(() -> known(name, progress).fetchAlone(file, progress));
  }

  /** What {@link #pull} would fetch; fetches nothing but the listing. */
  public Plan plan(ModelName name) {
    return work.call(() -> plan(asked(name, false, ProgressListener.NONE)));
  }

  /** The files that a load needs; an error when there are none. */
  private List<String> needed(Repository repository) {
    var paths = repository.listed();
    List<String> needed = LoadFiles.all(paths);
    if (needed.isEmpty()) {
      throw problems.nothingToLoad(repository.name(), paths);
    }
    return needed;
  }

  private Plan plan(Repository repository) {
    var items = new ArrayList<Plan.Item>();
    for (String path : needed(repository)) {
      RepoFile file = repository.entry(path).orElseThrow();
      items.add(new Plan.Item(path, file.size(), repository.local(path).isPresent()));
    }
    return new Plan(repository.name(), repository.commit(), items);
  }

  /**
   * What the server tells of a model, its configuration and the headers of its weights: a few
   * requests for ranges, nothing is kept.
   */
  public RemoteInfo info(ModelName name) {
    return work.call(() -> {
      Json said = api.info(name, RETRIES);
      Repository repository = repository(name, api.commit(name, said));
      return info(repository, said);
    });
  }

  private RemoteInfo info(Repository repository, Json said) {
    ModelName name = repository.name();
    String commit = repository.commit();
    var types = new TreeMap<String, RemoteInfo.Amount>();
    var weights =
        LoadFiles.weights(repository.listed()).stream()
            .filter(path -> path.endsWith(".safetensors"))
            .map(path -> repository.entry(path).orElseThrow())
            .toList();
    work.forEach(
        weights,
        config.connections(),
        file -> {
          var ofFile = headers.types(name, commit, file);
          synchronized (types) {
            ofFile.forEach((type, amount) -> types.merge(type, amount, RemoteInfo.Amount::plus));
          }
        });
    return new RemoteInfo(
        plan(repository),
        repository
            .entry("config.json")
            .map(file ->
                Json.parse(headers.small(name, commit, file, MAX_CONFIG), name + "/config.json")),
        types,
        said.getBoolean("private", false),
        said.find("gated").map(Json::toString).orElse("false").replace("\"", ""),
        said.getString("pipeline_tag", ""),
        said.getString("library_name", ""),
        said.find("tags").map(Json::items).orElse(List.of()).stream().map(Json::asString).toList());
  }

  /** Every commit of every model in the cache, by id; asks nobody. */
  public List<CachedModel> list() {
    return new Contents(cache).list();
  }

  /**
   * Removes a model from the cache: all of it when the name says main, else that revision and what
   * no other revision uses. Asks nobody.
   *
   * @return the bytes that are free then
   * @throws HubException when it is not there
   */
  public long remove(ModelName name) {
    CachedRepo repo = cache.repo(name);
    Optional<String> commit = repo.commit(name.revision()).filter(c -> !repo.files(c).isEmpty());
    boolean all = name.revision().equals(ModelName.MAIN);
    if (commit.isEmpty() && !(all && cache.ids().contains(name.id()))) {
      List<String> near = cache.near(name);
      throw new HubException(
          HubException.Reason.UNKNOWN_REPOSITORY,
          name
              + ": is not in the cache "
              + cache.root()
              + (near.isEmpty() ? "" : "; there is: " + String.join(", ", near)));
    }
    try {
      var contents = new Contents(cache);
      return all ? contents.removeAll(name) : contents.remove(name, commit.orElseThrow());
    } catch (IOException e) {
      throw problems.cache(name, repo.folder(), e);
    }
  }

  /**
   * Writes a model into one file, fetching what is missing first. The file is a tar archive in the
   * layout of the cache, led by a list of its files with their hashes and where they came from.
   */
  public void exportTo(ModelName name, Path bundle, ProgressListener progress) {
    work.call(() -> {
      Repository repository = known(name, progress);
      List<String> paths = needed(repository);
      repository.fetch(paths, progress);
      var files = new ArrayList<RepoFile>();
      for (String path : paths) {
        files.add(repository.described(path));
      }
      try {
        new Bundle(cache).write(repository, files, config.endpoint().toString(), bundle, progress);
      } catch (IOException e) {
        throw problems.cache(name, bundle, e);
      }
      return true;
    });
  }

  /**
   * Lays a bundle into the cache, as if its model had been pulled here. Asks nobody.
   *
   * @throws io.quoth.base.BadFileException when it is none or is damaged; nothing of a damaged file
   *     is kept
   */
  public CachedModel importFrom(Path bundle, ProgressListener progress) {
    return work.call(() -> {
      try {
        return new Bundle(cache).read(bundle, progress);
      } catch (IOException e) {
        throw new BadFileException(
            bundle + ": cannot be read or laid into " + cache.root() + ": " + e.getMessage(), e);
      }
    });
  }

  /** What the cache knows, else what the server says. */
  private Repository known(ModelName name, ProgressListener progress) {
    Optional<String> commit = cache.repo(name).commit(name.revision());
    if (commit.isPresent() && !name.isPinned()) {
      return repository(name, commit.get());
    }
    if (name.isPinned() && !cache.repo(name).files(name.revision()).isEmpty()) {
      return repository(name, name.revision());
    }
    return asked(name, false, progress);
  }

  private Repository asked(ModelName name, boolean orCached, ProgressListener progress) {
    Optional<String> before =
        cache.repo(name).commit(name.revision()).filter(_ -> !name.isPinned());
    if (config.offline()) {
      if (before.isPresent()) {
        return repository(name, before.get());
      }
      throw problems.offline(name, null);
    }
    progress.progress(name + ": asking " + config.endpoint() + " for a model of that name", 0, -1);
    try {
      Json info = api.info(name, orCached && before.isPresent() ? 0 : RETRIES);
      String commit = api.commit(name, info);
      remember(name, commit);
      return repository(name, commit);
    } catch (HubException e) {
      if (!orCached || before.isEmpty() || !isPassing(e.reason())) {
        throw e;
      }
      progress.progress(
          name
              + ": "
              + config.endpoint()
              + " did not answer ("
              + e.reason()
              + "); going on with what is in the cache",
          0,
          -1);
      return repository(name, before.get());
    }
  }

  /** As in the reference: what a cached copy can stand in for. */
  private static boolean isPassing(HubException.Reason reason) {
    return switch (reason) {
      case UNREACHABLE, SERVER_ERROR, NOT_A_HUB, UNKNOWN_REPOSITORY, NO_ACCESS, BAD_TOKEN -> true;
      case UNKNOWN_REVISION,
          UNKNOWN_FILE,
          TAKEN_DOWN,
          OFFLINE,
          CORRUPT,
          DISK_FULL,
          CACHE,
          LOCKED,
          CANCELLED ->
          false;
    };
  }

  private void remember(ModelName name, String commit) {
    try {
      cache.repo(name).writeCommit(name.revision(), commit);
    } catch (IOException e) {
      throw problems.cache(name, cache.root(), e);
    }
  }

  private Repository repository(ModelName name, String commit) {
    return new Repository(name, commit, cache.repo(name), config, api, download, problems);
  }
}
