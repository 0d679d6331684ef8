package dev.weft.models.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Finds the model that a user names: a directory, or {@value #DEFAULT}. */
public final class Models {
  /** The model Weft comes with: all-MiniLM-L6-v2, a sentence encoder. */
  public static final String DEFAULT = "default";

  private static final System.Logger LOG = System.getLogger(Models.class.getName());

  private Models() {}

  /**
   * The directory of a model; what takes time is logged.
   *
   * @throws NoSuchFileException where it is no directory of a model
   * @throws IOException where the default model cannot be prepared; the message says what to do
   */
  public static ModelDirectory resolve(String model) throws IOException {
    return resolve(model, line -> LOG.log(System.Logger.Level.INFO, line));
  }

  /** The same; {@code progress} gets a line before anything that takes more than a moment. */
  public static ModelDirectory resolve(String model, Consumer<String> progress) throws IOException {
    if (!model.equals(DEFAULT)) {
      return directory(Path.of(model));
    }
    Path cache = cacheRoot(System::getenv, Path.of(System.getProperty("user.home")));
    return new ModelDirectory(
        EmbeddedMiniLm.NAME, new EmbeddedMiniLm(cache, loader()).directory(progress));
  }

  private static ModelDirectory directory(Path path) throws NoSuchFileException {
    if (!Files.isDirectory(path)) {
      throw new NoSuchFileException(
          "model " + path,
          null,
          (Files.exists(path) ? "not a directory" : "no such directory")
              + "; expected a directory with config.json and model.safetensors, or "
              + DEFAULT);
    }
    Path name = path.toAbsolutePath().normalize().getFileName();
    ModelDirectory directory = new ModelDirectory(name == null ? "/" : name.toString(), path);
    directory.config();
    return directory;
  }

  /**
   * {@code $XDG_CACHE_HOME/weft}, else {@code ~/.cache/weft}; a relative variable is ignored, as
   * the XDG specification asks.
   */
  static Path cacheRoot(UnaryOperator<String> environment, Path home) {
    String xdg = environment.apply("XDG_CACHE_HOME");
    Path base = xdg == null || xdg.isEmpty() ? null : Path.of(xdg);
    return (base != null && base.isAbsolute() ? base : home.resolve(".cache")).resolve("weft");
  }

  private static ClassLoader loader() {
    ClassLoader own = Models.class.getClassLoader();
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    boolean ownHasIt = own.getResource(EmbeddedMiniLm.ONNX) != null;
    return ownHasIt || context == null ? own : context;
  }
}
