package io.quoth.hub;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * One commit of a model in the cache.
 *
 * @param id {@code name} or {@code org/name}
 * @param commit its commit
 * @param revisions the branches and tags that are this commit, as far as the cache knows; may be
 *     empty
 * @param files how many files are here
 * @param bytes what they take; files that two commits share count for both
 * @param lastUsed when one of them was last read or written, as exactly as the file system keeps it
 * @param folder where they lie
 */
public record CachedModel(
    String id,
    String commit,
    List<String> revisions,
    int files,
    long bytes,
    Instant lastUsed,
    Path folder) {
  /** Copies the list. */
  public CachedModel {
    revisions = List.copyOf(revisions);
  }

  /** The name that finds this commit: {@code id} where main is it, else with its revision. */
  public ModelName name() {
    String revision =
        revisions.contains(ModelName.MAIN)
            ? ModelName.MAIN
            : revisions.isEmpty() ? commit : revisions.getFirst();
    return new ModelName(id, revision);
  }
}
