package io.quoth.bench;

import io.quoth.kernels.Activation;
import io.quoth.kernels.Batch;
import io.quoth.kernels.Layer;
import io.quoth.kernels.Linear;
import io.quoth.kernels.Ops;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;

/** Another {@link Ops} with a clock: nanoseconds by verb, those of linear layers by their sizes. */
final class TimedOps {
  private final Ops ops;
  private final Ops timed;
  private final Map<String, Long> nanoseconds = new LinkedHashMap<>();
  private volatile boolean running;

  TimedOps(Ops ops) {
    this.ops = ops;
    timed =
        (Ops)
            Proxy.newProxyInstance(
                Ops.class.getClassLoader(),
                new Class<?>[] {Ops.class},
                (_, method, arguments) -> call(method, arguments));
  }

  /** What is to be used in place of the other. */
  Ops ops() {
    return timed;
  }

  void start() {
    nanoseconds.clear();
    running = true;
  }

  /** Nanoseconds by verb since the start. */
  Map<String, Long> stop() {
    running = false;
    return Map.copyOf(nanoseconds);
  }

  private Object call(Method method, Object[] arguments) throws Throwable {
    if (method.getName().equals("layer")) {
      Layer layer = (Layer) arguments[0];
      return ops.layer(
          (_, x, batch) -> layer.forward(timed, x, batch),
          (Activation) arguments[1],
          (Batch) arguments[2]);
    }
    long start = System.nanoTime();
    try {
      return method.invoke(ops, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      if (running) {
        nanoseconds.merge(name(method, arguments), System.nanoTime() - start, Long::sum);
      }
    }
  }

  private static String name(Method method, Object[] arguments) {
    return arguments != null && arguments.length == 2 && arguments[1] instanceof Linear weights
        ? "linear " + weights.in() + " to " + weights.out()
        : method.getName();
  }
}
