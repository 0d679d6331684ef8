package dev.weft.bench.peer.natives;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.weft.bench.Contender;
import dev.weft.bench.peer.AbsentPeerException;
import dev.weft.bench.peer.GemmPeer;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * Libtorch through DJL. Operands live in its memory; a repetition includes the memory of its
 * result, which its matmul allocates anew.
 */
final class LibTorch implements GemmPeer {
  static final String NAME = "libtorch";

  private final NDManager manager;
  private final String version;

  LibTorch() {
    // Its native library is on the class path: it is not to look for another one, and to tell
    // nobody.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    try {
      Engine engine = Engine.getEngine("PyTorch");
      version = engine.getVersion();
      manager = engine.newBaseManager();
    } catch (EngineException | LinkageError e) {
      throw new AbsentPeerException(
          NAME, "its native library does not load on this platform (linux-x86_64 is packaged)", e);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public Prepared prepare(
      Product p, MemorySegment a, MemorySegment b, MemorySegment c, int threads) {
    NDArray left = array(a, new Shape(p.batch(), p.m(), p.k()));
    NDArray stored =
        array(
            b,
            p.transposed()
                ? new Shape(p.batch(), p.n(), p.k())
                : new Shape(p.batch(), p.k(), p.n()));
    NDArray right = p.transposed() ? stored.swapAxes(1, 2) : stored;
    return new Prepared() {
      @Override
      public Contender contender() {
        return () -> {
          JniUtils.setNumThreads(threads);
          return Contender.of(() -> left.matMul(right).close()).seconds();
        };
      }

      @Override
      public void fetch() {
        try (NDArray product = left.matMul(right)) {
          c.copyFrom(MemorySegment.ofArray(product.toFloatArray()));
        }
      }

      @Override
      public void close() {
        left.close();
        right.close();
        stored.close();
      }
    };
  }

  private NDArray array(MemorySegment values, Shape shape) {
    return manager.create(
        values.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer(),
        shape,
        DataType.FLOAT32);
  }

  @Override
  public void close() {
    manager.close();
  }
}
