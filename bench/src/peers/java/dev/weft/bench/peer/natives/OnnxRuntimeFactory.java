package dev.weft.bench.peer.natives;

import dev.weft.bench.peer.AbsentPeerException;
import dev.weft.bench.peer.EncoderPeer;

/** Opens encoders in ONNX Runtime; a service. */
public final class OnnxRuntimeFactory implements EncoderPeer.Factory {
  /** For the service loader. */
  public OnnxRuntimeFactory() {}

  @Override
  public String name() {
    return OnnxRuntime.NAME;
  }

  @Override
  public EncoderPeer open(byte[] onnx, int threads) {
    try {
      return new OnnxRuntime(onnx, threads);
    } catch (LinkageError e) {
      throw new AbsentPeerException(
          OnnxRuntime.NAME, "its native library does not load on this platform", e);
    }
  }
}
