package dev.weft.bench;

import java.io.IOException;

/** Something that is measured, by a name. */
public interface Benchmark {
  /** Its name: of the command, the result file and the table in the README. */
  String name();

  /** One line on what is compared. */
  String about();

  /**
   * Measures and hands rows to the session.
   *
   * @throws dev.weft.bench.peer.AbsentPeerException when a peer cannot be had
   */
  void run(Session session) throws IOException;
}
