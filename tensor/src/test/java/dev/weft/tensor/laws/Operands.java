package dev.weft.tensor.laws;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Buf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.LongToDoubleFunction;
import java.util.function.LongUnaryOperator;

/**
 * The memory of one call: a kernel under test asks for each of its operands here. Every operand
 * lies misaligned between canaries, and what fills it is decided by the case alone, so that two
 * calls drawn from one case have the same bytes.
 */
public final class Operands {
  /** Bytes round an operand. */
  private static final int CANARY = 96;

  private final LawCase at;
  private final byte filler;
  private final Sharing sharing;
  private final Arena arena = Arena.ofAuto();
  private final List<Operand> all = new ArrayList<>();
  private final List<Operand> shareable = new ArrayList<>();
  private final List<byte[]> before = new ArrayList<>();

  /** Operands of a case, for a property or a benchmark of one's own. */
  public Operands(LawCase at) {
    this(at, Trial.NOISE, Sharing.NONE);
  }

  /** Operands of a case; {@code filler} is every byte that is no element of an input. */
  Operands(LawCase at, byte filler, Sharing sharing) {
    this.at = at;
    this.filler = filler;
    this.sharing = sharing;
  }

  /** F32 numbers to read, as the case's values say. */
  public Buf input(String name, Extent extent) {
    return input(name, DType.F32, extent);
  }

  /** Numbers to read of any dtype: floats as the case's values say, integers from -200 to 199. */
  public Buf input(String name, DType dtype, Extent extent) {
    if (!dtype.isFloating()) {
      return integers(name, dtype, extent, bits -> Long.remainderUnsigned(bits, 400) - 200);
    }
    Optional<Operand> first = firstLike(dtype, extent);
    if (first.isEmpty()) {
      Buf buf = fill(Operand.Role.INPUT, name, dtype, extent, at.values()::of);
      shareable.add(all.getLast());
      return buf;
    }
    return switch (sharing.inputs()) {
      case OWN -> fill(Operand.Role.INPUT, name, dtype, extent, at.values()::of);
      case COPIES -> copy(name, first.get());
      case SHARED -> add(new Operand(name, Operand.Role.INPUT, extent, first.get().buf())).buf();
    };
  }

  private Optional<Operand> firstLike(DType dtype, Extent extent) {
    return shareable.stream()
        .filter(other ->
            other.buf().dtype() == dtype
                && Arrays.equals(other.extent().dims(), extent.dims())
                && Arrays.equals(other.extent().strides(), extent.strides()))
        .findFirst();
  }

  private Buf copy(String name, Operand first) {
    Operand copy = allocate(Operand.Role.INPUT, name, first.buf().dtype(), first.extent());
    for (long i = 0; i < copy.count(); i++) {
      copy.copy(i, first, i);
    }
    return copy.buf();
  }

  /** F32 numbers to read, each a function of 64 random bits. */
  public Buf input(String name, Extent extent, LongToDoubleFunction value) {
    return fill(Operand.Role.INPUT, name, DType.F32, extent, value);
  }

  /** From 64 random bits a number from 1/2 to 2: what a variance or a scale may be. */
  public static double positive(long bits) {
    return 0.5 + 1.5 * (bits >>> 40) * 0x1p-24;
  }

  /** Integers to read, each a function of 64 random bits: ids, positions, labels. */
  public Buf integers(String name, DType dtype, Extent extent, LongUnaryOperator value) {
    Operand operand = allocate(Operand.Role.INPUT, name, dtype, extent);
    for (long i = 0; i < operand.count(); i++) {
      operand.setLong(i, value.applyAsLong(at.bits(name, i)));
    }
    return operand.buf();
  }

  /** Room for F32 numbers that the kernel writes, every one; full of noise. */
  public Buf output(String name, Extent extent) {
    return output(name, DType.F32, extent);
  }

  /** Room for elements that the kernel writes, every one; full of noise. */
  public Buf output(String name, DType dtype, Extent extent) {
    return allocate(Operand.Role.OUTPUT, name, dtype, extent).buf();
  }

  /** F32 numbers that the kernel reads and writes, as the case's values say. */
  public Buf updated(String name, Extent extent) {
    return updated(name, extent, at.values()::of);
  }

  /** F32 numbers that the kernel reads and writes, each a function of 64 random bits. */
  public Buf updated(String name, Extent extent, LongToDoubleFunction value) {
    return fill(Operand.Role.UPDATED, name, DType.F32, extent, value);
  }

  private Buf fill(
      Operand.Role role, String name, DType dtype, Extent extent, LongToDoubleFunction value) {
    Operand operand = allocate(role, name, dtype, extent);
    for (long i = 0; i < operand.count(); i++) {
      operand.set(i, (float) value.applyAsDouble(at.bits(name, i)));
    }
    return operand.buf();
  }

  private Operand allocate(Operand.Role role, String name, DType dtype, Extent extent) {
    if (name.equals(sharing.written()) && find(sharing.read()).isPresent()) {
      return add(new Operand(name, role, extent, named(sharing.read()).buf()));
    }
    int number = all.size();
    int shift = number % 4 * Math.min(4, dtype.bytes()) + number % 3;
    long bytes = extent.length() * dtype.bytes();
    MemorySegment segment = arena.allocate(2 * CANARY + shift + bytes, 64).fill(filler);
    Buf buf = new Buf(segment, CANARY + shift, dtype, extent.length());
    return add(new Operand(name, role, extent, buf));
  }

  private Operand add(Operand operand) {
    if (find(operand.name()).isPresent()) {
      throw new IllegalArgumentException("operand " + operand.name() + " is there already");
    }
    all.add(operand);
    return operand;
  }

  List<Operand> all() {
    return all;
  }

  List<Operand> written() {
    return all.stream().filter(Operand::isWritten).toList();
  }

  private Optional<Operand> find(String name) {
    return all.stream().filter(operand -> operand.name().equals(name)).findFirst();
  }

  Operand named(String name) {
    return find(name)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "operand %s: expected one of %s"
                    .formatted(name, all.stream().map(Operand::name).toList())));
  }

  /** Another operand like the one named, of zeros: what a transposed kernel writes or reads. */
  Operand like(String name) {
    Operand model = named(name);
    MemorySegment segment = arena.allocate(Math.max(1, 4 * model.extent().length()), 64);
    Buf buf = new Buf(segment, 0, DType.F32, model.extent().length());
    return new Operand("gradient of " + name, Operand.Role.UPDATED, model.extent(), buf);
  }

  /** Remembers every byte, for {@link #restore} and {@link #touched}. */
  void remember() {
    before.clear();
    for (Operand operand : all) {
      before.add(operand.buf().segment().toArray(ValueLayout.JAVA_BYTE));
    }
  }

  /** Makes every byte what it was. */
  void restore() {
    for (int i = 0; i < all.size(); i++) {
      MemorySegment.copy(
          before.get(i),
          0,
          all.get(i).buf().segment(),
          ValueLayout.JAVA_BYTE,
          0,
          before.get(i).length);
    }
  }

  /** What was written and is no element of an output; empty where nothing was. */
  Optional<String> touched() {
    for (int i = 0; i < all.size(); i++) {
      Operand operand = all.get(i);
      byte[] was = before.get(i);
      byte[] is = operand.buf().segment().toArray(ValueLayout.JAVA_BYTE);
      BitSet mine = new BitSet();
      if (operand.isWritten()) {
        operand.mark(mine);
      }
      for (int b = 0; b < is.length; b++) {
        if (is[b] != was[b] && !mine.get(b)) {
          return Optional.of(
              "%s: expected 0x%02x in byte %d from its first element, got 0x%02x"
                  .formatted(
                      operand.isWritten() ? "beside " + operand.name() : operand.name(),
                      was[b],
                      b - operand.buf().offset(),
                      is[b]));
        }
      }
    }
    return Optional.empty();
  }

  /** A hash of every element that was written. */
  long hash() {
    long hash = 17;
    for (Operand operand : written()) {
      for (long i = 0; i < operand.count(); i++) {
        hash = LawCase.mix(hash * 31 + operand.bits(i));
      }
    }
    return hash;
  }
}
