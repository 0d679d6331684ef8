package dev.weft.tensor.laws;

/** Which floats fill the operands of a case; each a function of random bits. */
public enum Values {
  /** Evenly from -4 to 4. */
  ORDINARY {
    @Override
    public float of(long bits) {
      return ((bits >>> 40) - (1 << 23)) * 0x1p-21f;
    }
  },

  /** Ordinary, with NaN, infinities, zeros of both signs, subnormals and large values mixed in. */
  SPECIAL {
    @Override
    public float of(long bits) {
      return switch ((int) (bits & 127)) {
        case 0, 1 -> Float.NaN;
        case 2 -> Float.POSITIVE_INFINITY;
        case 3 -> Float.NEGATIVE_INFINITY;
        case 4 -> -0f;
        case 5 -> 0f;
        case 6 -> SUBNORMAL.of(bits);
        case 7 -> -Float.MIN_VALUE;
        case 8 -> Float.MAX_VALUE;
        case 9 -> 50 * ORDINARY.of(bits);
        default -> ORDINARY.of(bits);
      };
    }
  },

  /** Numbers below the normal ones, of both signs. */
  SUBNORMAL {
    @Override
    public float of(long bits) {
      return Float.intBitsToFloat((int) (bits >>> 41) | (int) bits << 31);
    }
  },

  /** Finite numbers of every exponent alike. */
  HUGE {
    @Override
    public float of(long bits) {
      float value = Float.intBitsToFloat((int) (bits >>> 32));
      return Float.isFinite(value) ? value : Float.MAX_VALUE;
    }
  };

  /** The float that 64 random bits choose. */
  public abstract float of(long bits);
}
