package dev.weft.bench.peer;

import dev.weft.bench.Contender;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * PyTorch in a process of its own: {@code bench/peers/pytorch_peer.py}, run by the interpreter that
 * the environment's WEFT_PYTHON names. A line of JSON asks, a line answers; the script times
 * itself, so the pipe is not in the numbers.
 */
public final class PyTorch implements Peer {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;
  private final String version;

  private PyTorch(Process process) throws IOException {
    this.process = process;
    requests =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    version = ask(Map.of("do", "version")).path("version").asString();
  }

  /**
   * Starts the script of a checkout.
   *
   * @throws AbsentPeerException when WEFT_PYTHON is not set, or names no interpreter with PyTorch
   */
  public static PyTorch open(Path root) {
    String python = System.getenv("WEFT_PYTHON");
    String how = "set WEFT_PYTHON to a Python with PyTorch; bench/peers/README.md says how";
    if (python == null || python.isBlank()) {
      throw new AbsentPeerException("pytorch", how);
    }
    Path script = root.resolve("bench/peers/pytorch_peer.py");
    if (!Files.exists(script)) {
      throw new AbsentPeerException("pytorch", "there is no " + script);
    }
    try {
      Process process =
          new ProcessBuilder(python, "-u", script.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try {
        return new PyTorch(process);
      } catch (IOException | RuntimeException e) {
        process.destroyForcibly();
        throw e;
      }
    } catch (IOException e) {
      throw new AbsentPeerException("pytorch", how, e);
    }
  }

  @Override
  public String name() {
    return "pytorch";
  }

  @Override
  public String version() {
    return version;
  }

  /**
   * Work that the script knows by name; it becomes the only work it holds.
   *
   * @param work the name of one of the script's cases
   * @param batch number of sequences
   * @param length tokens of each
   */
  public Contender prepare(String work, int batch, int length, int threads) {
    request(
        Map.of(
            "do", "prepare", "work", work, "batch", batch, "length", length, "threads", threads));
    return () -> request(Map.of("do", "run")).path("seconds").asDouble();
  }

  private JsonNode request(Map<String, Object> request) {
    try {
      return ask(request);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode ask(Map<String, Object> request) throws IOException {
    requests.write(MAPPER.writeValueAsString(request));
    requests.newLine();
    requests.flush();
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("pytorch_peer.py ended without an answer to " + request);
    }
    JsonNode answer = MAPPER.readTree(line);
    if (answer.has("error")) {
      throw new IOException("pytorch_peer.py: " + answer.path("error").asString());
    }
    return Objects.requireNonNull(answer);
  }

  @Override
  public void close() {
    try (requests;
        answers) {
      requests.close(); // the script ends at the end of its input
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
