package dev.weft.bench.peer.natives;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.weft.bench.Contender;
import dev.weft.bench.peer.EncoderPeer;
import dev.weft.bench.peer.Padded;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * ONNX Runtime on the CPU with its defaults, which optimise the graph as far as it can. Inputs are
 * made before a repetition and the output stays in its memory, as with ours.
 */
final class OnnxRuntime implements EncoderPeer {
  static final String NAME = "onnxruntime";

  /** Opening recurses in native code: a JVM's thread of 1 MiB ended in a segmentation fault. */
  private static final long STACK = 64L << 20;

  private final OrtEnvironment environment;
  private final OrtSession session;

  OnnxRuntime(byte[] onnx, int threads) {
    FutureTask<Opened> opening = new FutureTask<>(() -> open(onnx, threads));
    new Thread(null, opening, "onnxruntime-open", STACK).start();
    try {
      Opened opened = opening.get();
      environment = opened.environment();
      session = opened.session();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LinkageError error) {
        throw error;
      }
      throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while ONNX Runtime started", e);
    }
  }

  private record Opened(OrtEnvironment environment, OrtSession session) {}

  private static Opened open(byte[] onnx, int threads) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      return new Opened(environment, environment.createSession(onnx, options));
    }
  }

  private static IllegalStateException failed(OrtException e) {
    return new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String version() {
    return environment.getVersion();
  }

  private Map<String, OnnxTensor> inputs(Padded batch) {
    try {
      return Map.of(
          "input_ids",
          OnnxTensor.createTensor(environment, batch.ids()),
          "attention_mask",
          OnnxTensor.createTensor(environment, batch.mask()),
          "token_type_ids",
          OnnxTensor.createTensor(
              environment, new long[batch.ids().length][batch.ids()[0].length]));
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  @Override
  public Contender forward(List<Padded> batches) {
    List<Map<String, OnnxTensor>> inputs = new ArrayList<>();
    batches.forEach(batch -> inputs.add(inputs(batch)));
    return Contender.of(() -> {
      for (Map<String, OnnxTensor> input : inputs) {
        try {
          session.run(input).close();
        } catch (OrtException e) {
          throw failed(e);
        }
      }
    });
  }

  @Override
  public float[] hidden(Padded batch) {
    try (OrtSession.Result result = session.run(inputs(batch))) {
      FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] hidden = new float[values.remaining()];
      values.get(hidden);
      return hidden;
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw failed(e);
    }
  }
}
