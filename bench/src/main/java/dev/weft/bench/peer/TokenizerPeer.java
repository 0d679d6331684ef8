package dev.weft.bench.peer;

import java.nio.file.Path;

/** Turns texts into token ids, on one thread. */
public interface TokenizerPeer extends Peer {
  /** Ids with the special tokens, neither cut nor padded. */
  int[] ids(String text);

  /** Opens tokenizers. */
  interface Factory {
    /** How results call the peer. */
    String name();

    /** The tokenizer of a {@code tokenizer.json}. */
    TokenizerPeer open(Path tokenizerJson);
  }
}
