package dev.weft.bench.peer;

/** A peer that cannot be had, with how to get it. */
public final class AbsentPeerException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Of this peer, for this reason. */
  public AbsentPeerException(String peer, String howToGetIt) {
    super("peer " + peer + " is absent: " + howToGetIt);
  }

  /** Whether it is there, but its library does not load here. */
  public boolean doesNotLoad() {
    return getCause() != null;
  }

  /** Of this peer, where trying to have it failed. */
  public AbsentPeerException(String peer, String howToGetIt, Throwable cause) {
    super("peer " + peer + " is absent: " + howToGetIt + " (" + cause + ")", cause);
  }
}
