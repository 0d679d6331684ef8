package dev.weft.tensor.backend;

import dev.weft.tensor.backend.vector.VectorBackend;
import dev.weft.tensor.kernel.ScalarBackend;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Chooses the backend of this process, once, and says which and why in one log line.
 *
 * <p>The system property {@code weft.backend} asks for {@code vector} or {@code scalar}; what was
 * asked for and cannot be had is an error. Without it the Vector API is used where the module
 * {@code jdk.incubator.vector} is resolved, else the scalar bodies, with the flag that would change
 * that.
 */
public final class Backends {
  private static final Logger LOG = System.getLogger("dev.weft");

  private Backends() {}

  /** The backend of this process. */
  public static Backend best() {
    return Chosen.BACKEND;
  }

  private static final class Chosen {
    static final Backend BACKEND = choose();
  }

  private static Backend choose() {
    String asked = System.getProperty("weft.backend", "");
    boolean vector = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    switch (asked) {
      case "", "vector" -> {
        if (vector) {
          Backend backend = new VectorBackend();
          LOG.log(Level.INFO, "backend: {0}, {1} threads", backend.name(), Workers.threads());
          return backend;
        }
        if (asked.isEmpty()) {
          LOG.log(
              Level.WARNING,
              "backend: scalar, because the module jdk.incubator.vector is not resolved; start java"
                  + " with --add-modules jdk.incubator.vector for speed (many times faster)");
          return new ScalarBackend();
        }
        throw new IllegalStateException(
            "weft.backend=vector: the module jdk.incubator.vector is not resolved; start java with"
                + " --add-modules jdk.incubator.vector");
      }
      case "scalar" -> {
        LOG.log(Level.INFO, "backend: scalar, as weft.backend asks");
        return new ScalarBackend();
      }
      default ->
          throw new IllegalArgumentException(
              "weft.backend: expected vector or scalar, got " + asked);
    }
  }
}
