package dev.weft.bench.peer.natives;

import ai.djl.engine.EngineException;
import dev.weft.bench.peer.AbsentPeerException;
import dev.weft.bench.peer.TokenizerPeer;
import java.nio.file.Path;

/** Opens the Rust tokenizers; a service. */
public final class RustTokenizersFactory implements TokenizerPeer.Factory {
  /** For the service loader. */
  public RustTokenizersFactory() {}

  @Override
  public String name() {
    return RustTokenizers.NAME;
  }

  @Override
  public TokenizerPeer open(Path tokenizerJson) {
    try {
      return new RustTokenizers(tokenizerJson);
    } catch (EngineException | LinkageError e) {
      throw new AbsentPeerException(
          RustTokenizers.NAME, "its native library does not load on this platform", e);
    }
  }
}
