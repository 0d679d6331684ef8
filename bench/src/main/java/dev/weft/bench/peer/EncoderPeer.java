package dev.weft.bench.peer;

import dev.weft.bench.Contender;
import java.util.List;

/** Runs a sentence encoder from an ONNX file. */
public interface EncoderPeer extends Peer {
  /** One repetition: the hidden states of every batch, one batch after the other. */
  Contender forward(List<Padded> batches);

  /** Hidden states of a batch, [B, T, H] in row-major order. */
  float[] hidden(Padded batch);

  /** Opens encoders. */
  interface Factory {
    /** How results call the peer. */
    String name();

    /** The encoder of this file on so many threads. */
    EncoderPeer open(byte[] onnx, int threads);
  }
}
