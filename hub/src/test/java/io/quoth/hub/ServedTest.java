package io.quoth.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.ProgressListener;
import io.quoth.testkit.HubRepository;
import io.quoth.testkit.HubServer;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A server, a cache and a small repository, fresh for every test. */
abstract class ServedTest {
  static final ModelName TINY = new ModelName("org/tiny");

  @TempDir Path cache;
  final HubServer server = HubServer.start();
  final HubRepository repository = Repositories.small("org/tiny");

  @AfterEach
  void theTokenWentNowhereElse() {
    assertThat(server.leaks()).isEmpty();
    server.close();
  }

  HubConfig config() {
    return Hubs.config(server.endpoint(), cache);
  }

  Hub hub() {
    return Hubs.of(config());
  }

  Path pull() {
    return hub().pull(TINY, ProgressListener.NONE);
  }

  Path blobs() {
    return cache.resolve("models--org--tiny/blobs");
  }

  /** That every file of the repository which a load needs is there, byte for byte. */
  void assertWhole(Path folder) {
    for (String path : new String[] {"config.json", "tokenizer.json", "model.safetensors"}) {
      assertThat(folder.resolve(path)).hasBinaryContent(repository.file(path).bytes());
    }
  }

  static AbstractThrowableAssert<?, ? extends Throwable> assertFails(
      HubException.Reason reason, ThrowingCallable call) {
    return Assertions.assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
  }
}
