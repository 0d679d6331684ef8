package dev.weft.bench.peer.natives;

import dev.weft.bench.peer.GemmPeer;
import dev.weft.bench.peer.Peers;

/** Opens libtorch; a service. */
public final class LibTorchService implements Peers.LibTorchFactory {
  /** For the service loader. */
  public LibTorchService() {}

  @Override
  public GemmPeer get() {
    return new LibTorch();
  }
}
