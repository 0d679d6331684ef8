package dev.weft.tensor.laws;

/**
 * How operands of one call share what they hold.
 *
 * @param inputs float inputs of the same extent
 * @param read name of an input whose memory is also that of {@code written}; empty for none
 * @param written name of that output
 */
record Sharing(Inputs inputs, String read, String written) {
  enum Inputs {
    /** Each has values of its own. */
    OWN,

    /** All have the values of the first, each in memory of its own. */
    COPIES,

    /** All are the first. */
    SHARED
  }

  static final Sharing NONE = new Sharing(Inputs.OWN, "", "");

  static Sharing of(Inputs inputs) {
    return new Sharing(inputs, "", "");
  }

  static Sharing inPlace(String read, String written) {
    return new Sharing(Inputs.OWN, read, written);
  }
}
