package dev.weft.bench.peer;

import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Finds peers whose native libraries come from Maven. Their classes are compiled with the profile
 * {@code peers} alone, so they are looked up as services.
 */
public final class Peers {
  private static final String PROFILE =
      "it comes with the Maven profile peers; start ./weft bench, or build with -Ppeers";

  private Peers() {}

  /** ONNX Runtime. */
  public static EncoderPeer.Factory onnxRuntime() {
    return find(EncoderPeer.Factory.class, EncoderPeer.Factory::name, "onnxruntime");
  }

  /** The Rust tokenizers. */
  public static TokenizerPeer.Factory tokenizers() {
    return find(TokenizerPeer.Factory.class, TokenizerPeer.Factory::name, "tokenizers");
  }

  /** Libtorch; one a process. */
  public static GemmPeer libtorch() {
    return find(LibTorchFactory.class, factory -> "libtorch", "libtorch").get();
  }

  /** What provides libtorch. */
  public interface LibTorchFactory extends Supplier<GemmPeer> {}

  private static <T> T find(Class<T> type, Function<T, String> name, String wanted) {
    for (T found : ServiceLoader.load(type)) {
      if (name.apply(found).equals(wanted)) {
        return found;
      }
    }
    throw new AbsentPeerException(wanted, PROFILE);
  }
}
