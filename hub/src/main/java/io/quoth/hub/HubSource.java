package io.quoth.hub;

import io.quoth.base.ModelFolder;
import io.quoth.base.ModelSource;
import io.quoth.base.ProgressListener;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds models of the Hub, in the cache or on the network, as the environment says. */
public final class HubSource implements ModelSource {
  /** Made when it is first asked: a HTTP client is costly, and most names are found before. */
  private @Nullable Hub hub;

  /** For {@link java.util.ServiceLoader}. */
  public HubSource() {}

  @Override
  public String description() {
    return "Hugging Face Hub";
  }

  @Override
  public int order() {
    return 100;
  }

  @Override
  public List<String> knownNames() {
    return hub().names();
  }

  @Override
  public Optional<ModelFolder> find(String name, ProgressListener progress) {
    return ModelName.tryParse(name).map(model -> hub().folder(model, progress));
  }

  @Override
  public Optional<ModelFolder> refreshed(String name, ProgressListener progress) {
    return ModelName.tryParse(name).map(model -> hub().refreshed(model, progress));
  }

  private synchronized Hub hub() {
    if (hub == null) {
      hub = new Hub(HubConfig.fromEnvironment());
    }
    return hub;
  }
}
