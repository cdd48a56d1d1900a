package io.quoth.hub;

import io.quoth.base.BadArgumentException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a repository of models and the revision of it: {@code gpt2}, {@code microsoft/phi-2},
 * {@code org/name@v1.0}, {@code org/name@refs/pr/3}, {@code org/name@<commit>}.
 *
 * <p>Names follow the rule of the reference ({@code validate_repo_id} of huggingface_hub): ASCII
 * letters, digits, {@code _ . -}, at most 96 of them, once or twice around {@code /}; not beginning
 * or ending with {@code .} or {@code -}, no {@code --}, no {@code ..}, no final {@code .git}. The
 * server decides about upper and lower case.
 *
 * @param id {@code name} or {@code org/name}
 * @param revision branch, tag, {@code refs/pr/N} or commit; {@code main} when none was given
 */
public record ModelName(String id, String revision) {
  /** The revision that a name without {@code @} means. */
  public static final String MAIN = "main";

  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_](?:[\\w.-]{0,94}[A-Za-z0-9_])?");
  private static final Pattern REVISION =
      Pattern.compile("[^\\p{Cntrl}\\s\\\\:?*\"<>|~^\\[@]{1,250}");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /**
   * Checks both parts.
   *
   * @throws BadArgumentException when one of them cannot be
   */
  public ModelName {
    String problem = problem(id, revision);
    if (!problem.isEmpty()) {
      throw new BadArgumentException(problem);
    }
  }

  /** The main branch of a repository. */
  public ModelName(String id) {
    this(id, MAIN);
  }

  /**
   * Reads {@code id} or {@code id@revision}.
   *
   * @throws BadArgumentException when it is no name
   */
  public static ModelName parse(String text) {
    int at = text.indexOf('@');
    return at < 0
        ? new ModelName(text)
        : new ModelName(text.substring(0, at), text.substring(at + 1));
  }

  /** As {@link #parse}, empty when it is no name. */
  public static Optional<ModelName> tryParse(String text) {
    int at = text.indexOf('@');
    String id = at < 0 ? text : text.substring(0, at);
    String revision = at < 0 ? MAIN : text.substring(at + 1);
    return problem(id, revision).isEmpty()
        ? Optional.of(new ModelName(id, revision))
        : Optional.empty();
  }

  private static String problem(String id, String revision) {
    String[] parts = id.split("/", -1);
    boolean good = parts.length <= 2 && !id.contains("--") && !id.contains("..");
    for (String part : parts) {
      good &= PART.matcher(part).matches() && !part.endsWith(".git");
    }
    if (!good) {
      return quoted(id)
          + " is no name of a model: expected name or org/name, each of at most 96 letters, digits,"
          + " _ . - (not first or last), without -- or .. and not ending in .git";
    }
    boolean inside = REVISION.matcher(revision).matches();
    for (String part : revision.split("/", -1)) {
      inside &= !part.isEmpty() && !part.startsWith(".") && !part.endsWith(".");
    }
    return inside && !revision.contains("..")
        ? ""
        : quoted(revision)
            + " is no revision of "
            + id
            + ": expected a branch, a tag, refs/pr/N or a commit of 40 hexadecimal digits";
  }

  /** Names come from command lines and files: what is printed of them is short and printable. */
  private static String quoted(String text) {
    String shown = text.length() > 120 ? text.substring(0, 120) + "…" : text;
    return "\"" + shown.replaceAll("\\p{Cntrl}", "?") + "\"";
  }

  /** The same repository at another revision. */
  public ModelName withRevision(String other) {
    return new ModelName(id, other);
  }

  /** Whether the revision is a commit: it then stands for the same files forever. */
  public boolean isPinned() {
    return isCommit(revision);
  }

  static boolean isCommit(String text) {
    return COMMIT.matcher(text).matches();
  }

  /** The folder in the cache: {@code models--org--name}. */
  String folderName() {
    return "models--" + id.replace("/", "--");
  }

  /** The name as it is written: {@code org/name}, with {@code @revision} unless that is main. */
  @Override
  public String toString() {
    return revision.equals(MAIN) ? id : id + "@" + revision;
  }
}
