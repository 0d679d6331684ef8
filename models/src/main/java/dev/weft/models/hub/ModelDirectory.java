package dev.weft.models.hub;

import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A model as Hugging Face lays it out: {@code config.json}, a safetensors checkpoint, the files of
 * its tokenizer, and for sentence encoders {@code modules.json} and what that names.
 *
 * @param name how to show the model: the directory's own name
 */
public record ModelDirectory(String name, Path path) {

  /** Where a file of the model lies, whether or not it is there; {@code name} may have slashes. */
  public Path file(String name) {
    return path.resolve(name);
  }

  /** Whether the model has this file. */
  public boolean has(String name) {
    return Files.isRegularFile(file(name));
  }

  /**
   * The path of a file the model must have.
   *
   * @throws NoSuchFileException naming directory and file where it is not there
   */
  public Path require(String name) throws NoSuchFileException {
    if (!has(name)) {
      throw new NoSuchFileException(path.toString(), null, "expected " + name + ", found none");
    }
    return file(name);
  }

  /** The path of its {@code config.json}. */
  public Path config() throws NoSuchFileException {
    return require("config.json");
  }

  /** Maps its weights; the caller closes them. */
  public Checkpoint openCheckpoint() throws IOException {
    return Checkpoint.open(path);
  }
}
