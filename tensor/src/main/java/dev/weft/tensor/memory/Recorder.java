package dev.weft.tensor.memory;

/** What a run tells the tape that records it, if one does. */
public interface Recorder {
  /** A frame of the workspace begins; its backward will run in a frame too. */
  void frameBegins();

  /** The innermost frame ends. */
  void frameEnds();
}
