package io.quoth.base;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Resources beside a class as a {@link ModelFolder}. */
final class ResourceFolder implements ModelFolder {
  private final String location;
  private final Class<?> anchor;
  private final List<String> files;

  ResourceFolder(String location, Class<?> anchor, List<String> files) {
    this.location = location;
    this.anchor = anchor;
    this.files = files.stream().sorted().toList();
  }

  @Override
  public String location() {
    return location;
  }

  @Override
  public List<String> files() {
    return files;
  }

  @Override
  public boolean has(String file) {
    return files.contains(file);
  }

  @Override
  public Optional<Region> region(String file) {
    URL url = url(file);
    try {
      return switch (url.getProtocol()) {
        case "file" -> {
          Path path = Path.of(url.toURI());
          yield Optional.of(new Region(path, 0, Files.size(path)));
        }
        case "jar" -> {
          var jar = (JarURLConnection) url.openConnection();
          URI archive = jar.getJarFileURL().toURI();
          yield "file".equals(archive.getScheme())
              ? StoredEntry.find(Path.of(archive), jar.getEntryName())
              : Optional.empty();
        }
        default -> Optional.empty();
      };
    } catch (IOException | URISyntaxException e) {
      throw new BadFileException(url + ": cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public InputStream open(String file) {
    URL url = url(file);
    try {
      return url.openStream();
    } catch (IOException e) {
      throw new BadFileException(url + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private URL url(String file) {
    URL url = has(file) ? anchor.getResource(file) : null;
    if (url == null) {
      throw new BadFileException(location + ": has no file \"" + file + "\"");
    }
    return url;
  }
}
