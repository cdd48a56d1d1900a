package io.quoth.hub;

import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

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

  private final HubConfig config;
  private final Cache cache;
  private final Problems problems;
  private final HubApi api;
  private final BlobDownload download;

  /** A Hub with its settings. Opens nothing yet. */
  public Hub(HubConfig config) {
    this(config, Thread::sleep, BlobDownload.Disk.REAL);
  }

  Hub(HubConfig config, Http.Pause pause, BlobDownload.Disk disk) {
    this.config = config;
    cache = new Cache(config);
    problems = new Problems(config, cache::near);
    var http = new Http(config, pause);
    api = new HubApi(config, http, problems);
    download = new BlobDownload(config, http, api, problems, disk);
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
    return new HubFolder(Interruptible.call(() -> known(name, progress)), progress);
  }

  /**
   * As {@link #folder}, but asks the server which commit a branch or tag is now. When no answer
   * comes and the cache knows one, that is used, and the listener is told.
   */
  public ModelFolder refreshed(ModelName name, ProgressListener progress) {
    return new HubFolder(Interruptible.call(() -> asked(name, true, progress)), progress);
  }

  /**
   * Brings all files that a load needs, of the commit that the server names now.
   *
   * @return the folder that holds them
   */
  public Path pull(ModelName name, ProgressListener progress) {
    return Interruptible.call(() -> {
      Repository repository = asked(name, false, progress);
      repository.fetch(LoadFiles.all(repository.paths()), progress);
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
    return Interruptible.call(() -> {
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
    return Interruptible.call(() -> known(name, progress).fetchAlone(file, progress));
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
