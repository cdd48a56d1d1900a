package io.quoth.hub;

import io.quoth.base.ModelFolder;
import io.quoth.base.ModelSource;
import io.quoth.base.ProgressListener;
import java.util.List;
import java.util.Optional;

/** Finds models of the Hub, in the cache or on the network, as the environment says. */
public final class HubSource implements ModelSource {
  private final Hub hub = new Hub(HubConfig.fromEnvironment());

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
    return hub.names();
  }

  @Override
  public Optional<ModelFolder> find(String name, ProgressListener progress) {
    return ModelName.tryParse(name).map(model -> hub.folder(model, progress));
  }
}
