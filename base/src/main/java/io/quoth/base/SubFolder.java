package io.quoth.base;

import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The files of another folder whose names begin alike.
 *
 * @param prefix the subfolder with its slash
 */
record SubFolder(ModelFolder folder, String prefix) implements ModelFolder {

  @Override
  public String location() {
    return folder.location() + "/" + prefix.substring(0, prefix.length() - 1);
  }

  @Override
  public List<String> files() {
    return folder.files().stream()
        .filter(file -> file.startsWith(prefix))
        .map(file -> file.substring(prefix.length()))
        .toList();
  }

  @Override
  public boolean has(String file) {
    return folder.has(prefix + file);
  }

  @Override
  public Optional<Region> region(String file) {
    return folder.region(prefix + file);
  }

  @Override
  public InputStream open(String file) {
    return folder.open(prefix + file);
  }

  @Override
  public void fetch(Collection<String> files, ProgressListener progress) {
    folder.fetch(files.stream().map(file -> prefix + file).toList(), progress);
  }
}
