package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;
import static dev.weft.tensor.backend.vector.Tile.LANES;
import static dev.weft.tensor.backend.vector.Tile.PIECE;
import static dev.weft.tensor.backend.vector.Tile.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * {@code C[i, j] = fma(A[i, p], B[p, j], C[i, j])} for p in order, two at a time (the last step of
 * an odd {@code k} is left), A in rows of {@link Tile#PIECE}: element (i, p) at {@code i * PIECE +
 * p}, p below PIECE. B is a panel of COLUMNS columns in native memory as {@link KeptPanels} has it,
 * in four parts {@code part} bytes apart, and C a tile of rows of COLUMNS that starts as {@code
 * from}, which may be C.
 *
 * <p>Written by {@code MicroKernelSource} in the tests, one method for each tile height.
 */
final class StreamKernel {
  private StreamKernel() {}

  /** Runs the kernel of {@code rows} rows, one of {@link Tile#height}'s values. */
  static void run(
      int rows,
      int k,
      float[] a,
      int ao,
      MemorySegment b,
      long bo,
      long part,
      float[] from,
      float[] c) {
    switch (rows) {
      case 12 -> rows12(k, a, ao, b, bo, part, from, c);
      case 10 -> rows10(k, a, ao, b, bo, part, from, c);
      case 8 -> rows8(k, a, ao, b, bo, part, from, c);
      case 6 -> rows6(k, a, ao, b, bo, part, from, c);
      case 4 -> rows4(k, a, ao, b, bo, part, from, c);
      case 2 -> rows2(k, a, ao, b, bo, part, from, c);
      case 1 -> rows1(k, a, ao, b, bo, part, from, c);
      default -> throw new IllegalArgumentException("rows: " + rows);
    }
  }

  private static void rows12(
      int k, float[] a, int ao, MemorySegment b, long bo, long part, float[] from, float[] c) {
    FloatVector c0v0 = FloatVector.fromArray(SPECIES, from, 0);
    FloatVector c0v1 = FloatVector.fromArray(SPECIES, from, LANES);
    FloatVector c1v0 = FloatVector.fromArray(SPECIES, from, COLUMNS);
    FloatVector c1v1 = FloatVector.fromArray(SPECIES, from, COLUMNS + LANES);
    FloatVector c2v0 = FloatVector.fromArray(SPECIES, from, 2 * COLUMNS);
    FloatVector c2v1 = FloatVector.fromArray(SPECIES, from, 2 * COLUMNS + LANES);
    FloatVector c3v0 = FloatVector.fromArray(SPECIES, from, 3 * COLUMNS);
    FloatVector c3v1 = FloatVector.fromArray(SPECIES, from, 3 * COLUMNS + LANES);
    FloatVector c4v0 = FloatVector.fromArray(SPECIES, from, 4 * COLUMNS);
    FloatVector c4v1 = FloatVector.fromArray(SPECIES, from, 4 * COLUMNS + LANES);
    FloatVector c5v0 = FloatVector.fromArray(SPECIES, from, 5 * COLUMNS);
    FloatVector c5v1 = FloatVector.fromArray(SPECIES, from, 5 * COLUMNS + LANES);
    FloatVector c6v0 = FloatVector.fromArray(SPECIES, from, 6 * COLUMNS);
    FloatVector c6v1 = FloatVector.fromArray(SPECIES, from, 6 * COLUMNS + LANES);
    FloatVector c7v0 = FloatVector.fromArray(SPECIES, from, 7 * COLUMNS);
    FloatVector c7v1 = FloatVector.fromArray(SPECIES, from, 7 * COLUMNS + LANES);
    FloatVector c8v0 = FloatVector.fromArray(SPECIES, from, 8 * COLUMNS);
    FloatVector c8v1 = FloatVector.fromArray(SPECIES, from, 8 * COLUMNS + LANES);
    FloatVector c9v0 = FloatVector.fromArray(SPECIES, from, 9 * COLUMNS);
    FloatVector c9v1 = FloatVector.fromArray(SPECIES, from, 9 * COLUMNS + LANES);
    FloatVector c10v0 = FloatVector.fromArray(SPECIES, from, 10 * COLUMNS);
    FloatVector c10v1 = FloatVector.fromArray(SPECIES, from, 10 * COLUMNS + LANES);
    FloatVector c11v0 = FloatVector.fromArray(SPECIES, from, 11 * COLUMNS);
    FloatVector c11v1 = FloatVector.fromArray(SPECIES, from, 11 * COLUMNS + LANES);
    for (int p = 0; p < k - 1; p += 2) {
      long at = bo + 2L * LANES * p;
      FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, b, at, Species.ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, b, at + part, Species.ORDER);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + p]);
      c0v0 = a0.fma(b0, c0v0);
      c0v1 = a0.fma(b1, c0v1);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[ao + p + 1 * PIECE]);
      c1v0 = a1.fma(b0, c1v0);
      c1v1 = a1.fma(b1, c1v1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[ao + p + 2 * PIECE]);
      c2v0 = a2.fma(b0, c2v0);
      c2v1 = a2.fma(b1, c2v1);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[ao + p + 3 * PIECE]);
      c3v0 = a3.fma(b0, c3v0);
      c3v1 = a3.fma(b1, c3v1);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[ao + p + 4 * PIECE]);
      c4v0 = a4.fma(b0, c4v0);
      c4v1 = a4.fma(b1, c4v1);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[ao + p + 5 * PIECE]);
      c5v0 = a5.fma(b0, c5v0);
      c5v1 = a5.fma(b1, c5v1);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[ao + p + 6 * PIECE]);
      c6v0 = a6.fma(b0, c6v0);
      c6v1 = a6.fma(b1, c6v1);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[ao + p + 7 * PIECE]);
      c7v0 = a7.fma(b0, c7v0);
      c7v1 = a7.fma(b1, c7v1);
      FloatVector a8 = FloatVector.broadcast(SPECIES, a[ao + p + 8 * PIECE]);
      c8v0 = a8.fma(b0, c8v0);
      c8v1 = a8.fma(b1, c8v1);
      FloatVector a9 = FloatVector.broadcast(SPECIES, a[ao + p + 9 * PIECE]);
      c9v0 = a9.fma(b0, c9v0);
      c9v1 = a9.fma(b1, c9v1);
      FloatVector a10 = FloatVector.broadcast(SPECIES, a[ao + p + 10 * PIECE]);
      c10v0 = a10.fma(b0, c10v0);
      c10v1 = a10.fma(b1, c10v1);
      FloatVector a11 = FloatVector.broadcast(SPECIES, a[ao + p + 11 * PIECE]);
      c11v0 = a11.fma(b0, c11v0);
      c11v1 = a11.fma(b1, c11v1);
      FloatVector bn0 = FloatVector.fromMemorySegment(SPECIES, b, at + 2 * part, Species.ORDER);
      FloatVector bn1 = FloatVector.fromMemorySegment(SPECIES, b, at + 3 * part, Species.ORDER);
      FloatVector an0 = FloatVector.broadcast(SPECIES, a[ao + p + 1]);
      c0v0 = an0.fma(bn0, c0v0);
      c0v1 = an0.fma(bn1, c0v1);
      FloatVector an1 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 1 * PIECE]);
      c1v0 = an1.fma(bn0, c1v0);
      c1v1 = an1.fma(bn1, c1v1);
      FloatVector an2 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 2 * PIECE]);
      c2v0 = an2.fma(bn0, c2v0);
      c2v1 = an2.fma(bn1, c2v1);
      FloatVector an3 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 3 * PIECE]);
      c3v0 = an3.fma(bn0, c3v0);
      c3v1 = an3.fma(bn1, c3v1);
      FloatVector an4 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 4 * PIECE]);
      c4v0 = an4.fma(bn0, c4v0);
      c4v1 = an4.fma(bn1, c4v1);
      FloatVector an5 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 5 * PIECE]);
      c5v0 = an5.fma(bn0, c5v0);
      c5v1 = an5.fma(bn1, c5v1);
      FloatVector an6 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 6 * PIECE]);
      c6v0 = an6.fma(bn0, c6v0);
      c6v1 = an6.fma(bn1, c6v1);
      FloatVector an7 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 7 * PIECE]);
      c7v0 = an7.fma(bn0, c7v0);
      c7v1 = an7.fma(bn1, c7v1);
      FloatVector an8 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 8 * PIECE]);
      c8v0 = an8.fma(bn0, c8v0);
      c8v1 = an8.fma(bn1, c8v1);
      FloatVector an9 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 9 * PIECE]);
      c9v0 = an9.fma(bn0, c9v0);
      c9v1 = an9.fma(bn1, c9v1);
      FloatVector an10 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 10 * PIECE]);
      c10v0 = an10.fma(bn0, c10v0);
      c10v1 = an10.fma(bn1, c10v1);
      FloatVector an11 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 11 * PIECE]);
      c11v0 = an11.fma(bn0, c11v0);
      c11v1 = an11.fma(bn1, c11v1);
    }
    c0v0.intoArray(c, 0);
    c0v1.intoArray(c, LANES);
    c1v0.intoArray(c, COLUMNS);
    c1v1.intoArray(c, COLUMNS + LANES);
    c2v0.intoArray(c, 2 * COLUMNS);
    c2v1.intoArray(c, 2 * COLUMNS + LANES);
    c3v0.intoArray(c, 3 * COLUMNS);
    c3v1.intoArray(c, 3 * COLUMNS + LANES);
    c4v0.intoArray(c, 4 * COLUMNS);
    c4v1.intoArray(c, 4 * COLUMNS + LANES);
    c5v0.intoArray(c, 5 * COLUMNS);
    c5v1.intoArray(c, 5 * COLUMNS + LANES);
    c6v0.intoArray(c, 6 * COLUMNS);
    c6v1.intoArray(c, 6 * COLUMNS + LANES);
    c7v0.intoArray(c, 7 * COLUMNS);
    c7v1.intoArray(c, 7 * COLUMNS + LANES);
    c8v0.intoArray(c, 8 * COLUMNS);
    c8v1.intoArray(c, 8 * COLUMNS + LANES);
    c9v0.intoArray(c, 9 * COLUMNS);
    c9v1.intoArray(c, 9 * COLUMNS + LANES);
    c10v0.intoArray(c, 10 * COLUMNS);
    c10v1.intoArray(c, 10 * COLUMNS + LANES);
    c11v0.intoArray(c, 11 * COLUMNS);
    c11v1.intoArray(c, 11 * COLUMNS + LANES);
  }

  private static void rows10(
      int k, float[] a, int ao, MemorySegment b, long bo, long part, float[] from, float[] c) {
    FloatVector c0v0 = FloatVector.fromArray(SPECIES, from, 0);
    FloatVector c0v1 = FloatVector.fromArray(SPECIES, from, LANES);
    FloatVector c1v0 = FloatVector.fromArray(SPECIES, from, COLUMNS);
    FloatVector c1v1 = FloatVector.fromArray(SPECIES, from, COLUMNS + LANES);
    FloatVector c2v0 = FloatVector.fromArray(SPECIES, from, 2 * COLUMNS);
    FloatVector c2v1 = FloatVector.fromArray(SPECIES, from, 2 * COLUMNS + LANES);
    FloatVector c3v0 = FloatVector.fromArray(SPECIES, from, 3 * COLUMNS);
    FloatVector c3v1 = FloatVector.fromArray(SPECIES, from, 3 * COLUMNS + LANES);
    FloatVector c4v0 = FloatVector.fromArray(SPECIES, from, 4 * COLUMNS);
    FloatVector c4v1 = FloatVector.fromArray(SPECIES, from, 4 * COLUMNS + LANES);
    FloatVector c5v0 = FloatVector.fromArray(SPECIES, from, 5 * COLUMNS);
    FloatVector c5v1 = FloatVector.fromArray(SPECIES, from, 5 * COLUMNS + LANES);
    FloatVector c6v0 = FloatVector.fromArray(SPECIES, from, 6 * COLUMNS);
    FloatVector c6v1 = FloatVector.fromArray(SPECIES, from, 6 * COLUMNS + LANES);
    FloatVector c7v0 = FloatVector.fromArray(SPECIES, from, 7 * COLUMNS);
    FloatVector c7v1 = FloatVector.fromArray(SPECIES, from, 7 * COLUMNS + LANES);
    FloatVector c8v0 = FloatVector.fromArray(SPECIES, from, 8 * COLUMNS);
    FloatVector c8v1 = FloatVector.fromArray(SPECIES, from, 8 * COLUMNS + LANES);
    FloatVector c9v0 = FloatVector.fromArray(SPECIES, from, 9 * COLUMNS);
    FloatVector c9v1 = FloatVector.fromArray(SPECIES, from, 9 * COLUMNS + LANES);
    for (int p = 0; p < k - 1; p += 2) {
      long at = bo + 2L * LANES * p;
      FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, b, at, Species.ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, b, at + part, Species.ORDER);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + p]);
      c0v0 = a0.fma(b0, c0v0);
      c0v1 = a0.fma(b1, c0v1);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[ao + p + 1 * PIECE]);
      c1v0 = a1.fma(b0, c1v0);
      c1v1 = a1.fma(b1, c1v1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[ao + p + 2 * PIECE]);
      c2v0 = a2.fma(b0, c2v0);
      c2v1 = a2.fma(b1, c2v1);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[ao + p + 3 * PIECE]);
      c3v0 = a3.fma(b0, c3v0);
      c3v1 = a3.fma(b1, c3v1);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[ao + p + 4 * PIECE]);
      c4v0 = a4.fma(b0, c4v0);
      c4v1 = a4.fma(b1, c4v1);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[ao + p + 5 * PIECE]);
      c5v0 = a5.fma(b0, c5v0);
      c5v1 = a5.fma(b1, c5v1);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[ao + p + 6 * PIECE]);
      c6v0 = a6.fma(b0, c6v0);
      c6v1 = a6.fma(b1, c6v1);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[ao + p + 7 * PIECE]);
      c7v0 = a7.fma(b0, c7v0);
      c7v1 = a7.fma(b1, c7v1);
      FloatVector a8 = FloatVector.broadcast(SPECIES, a[ao + p + 8 * PIECE]);
      c8v0 = a8.fma(b0, c8v0);
      c8v1 = a8.fma(b1, c8v1);
      FloatVector a9 = FloatVector.broadcast(SPECIES, a[ao + p + 9 * PIECE]);
      c9v0 = a9.fma(b0, c9v0);
      c9v1 = a9.fma(b1, c9v1);
      FloatVector bn0 = FloatVector.fromMemorySegment(SPECIES, b, at + 2 * part, Species.ORDER);
      FloatVector bn1 = FloatVector.fromMemorySegment(SPECIES, b, at + 3 * part, Species.ORDER);
      FloatVector an0 = FloatVector.broadcast(SPECIES, a[ao + p + 1]);
      c0v0 = an0.fma(bn0, c0v0);
      c0v1 = an0.fma(bn1, c0v1);
      FloatVector an1 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 1 * PIECE]);
      c1v0 = an1.fma(bn0, c1v0);
      c1v1 = an1.fma(bn1, c1v1);
      FloatVector an2 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 2 * PIECE]);
      c2v0 = an2.fma(bn0, c2v0);
      c2v1 = an2.fma(bn1, c2v1);
      FloatVector an3 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 3 * PIECE]);
      c3v0 = an3.fma(bn0, c3v0);
      c3v1 = an3.fma(bn1, c3v1);
      FloatVector an4 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 4 * PIECE]);
      c4v0 = an4.fma(bn0, c4v0);
      c4v1 = an4.fma(bn1, c4v1);
      FloatVector an5 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 5 * PIECE]);
      c5v0 = an5.fma(bn0, c5v0);
      c5v1 = an5.fma(bn1, c5v1);
      FloatVector an6 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 6 * PIECE]);
      c6v0 = an6.fma(bn0, c6v0);
      c6v1 = an6.fma(bn1, c6v1);
      FloatVector an7 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 7 * PIECE]);
      c7v0 = an7.fma(bn0, c7v0);
      c7v1 = an7.fma(bn1, c7v1);
      FloatVector an8 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 8 * PIECE]);
      c8v0 = an8.fma(bn0, c8v0);
      c8v1 = an8.fma(bn1, c8v1);
      FloatVector an9 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 9 * PIECE]);
      c9v0 = an9.fma(bn0, c9v0);
      c9v1 = an9.fma(bn1, c9v1);
    }
    c0v0.intoArray(c, 0);
    c0v1.intoArray(c, LANES);
    c1v0.intoArray(c, COLUMNS);
    c1v1.intoArray(c, COLUMNS + LANES);
    c2v0.intoArray(c, 2 * COLUMNS);
    c2v1.intoArray(c, 2 * COLUMNS + LANES);
    c3v0.intoArray(c, 3 * COLUMNS);
    c3v1.intoArray(c, 3 * COLUMNS + LANES);
    c4v0.intoArray(c, 4 * COLUMNS);
    c4v1.intoArray(c, 4 * COLUMNS + LANES);
    c5v0.intoArray(c, 5 * COLUMNS);
    c5v1.intoArray(c, 5 * COLUMNS + LANES);
    c6v0.intoArray(c, 6 * COLUMNS);
    c6v1.intoArray(c, 6 * COLUMNS + LANES);
    c7v0.intoArray(c, 7 * COLUMNS);
    c7v1.intoArray(c, 7 * COLUMNS + LANES);
    c8v0.intoArray(c, 8 * COLUMNS);
    c8v1.intoArray(c, 8 * COLUMNS + LANES);
    c9v0.intoArray(c, 9 * COLUMNS);
    c9v1.intoArray(c, 9 * COLUMNS + LANES);
  }

  private static void rows8(
      int k, float[] a, int ao, MemorySegment b, long bo, long part, float[] from, float[] c) {
    FloatVector c0v0 = FloatVector.fromArray(SPECIES, from, 0);
    FloatVector c0v1 = FloatVector.fromArray(SPECIES, from, LANES);
    FloatVector c1v0 = FloatVector.fromArray(SPECIES, from, COLUMNS);
    FloatVector c1v1 = FloatVector.fromArray(SPECIES, from, COLUMNS + LANES);
    FloatVector c2v0 = FloatVector.fromArray(SPECIES, from, 2 * COLUMNS);
    FloatVector c2v1 = FloatVector.fromArray(SPECIES, from, 2 * COLUMNS + LANES);
    FloatVector c3v0 = FloatVector.fromArray(SPECIES, from, 3 * COLUMNS);
    FloatVector c3v1 = FloatVector.fromArray(SPECIES, from, 3 * COLUMNS + LANES);
    FloatVector c4v0 = FloatVector.fromArray(SPECIES, from, 4 * COLUMNS);
    FloatVector c4v1 = FloatVector.fromArray(SPECIES, from, 4 * COLUMNS + LANES);
    FloatVector c5v0 = FloatVector.fromArray(SPECIES, from, 5 * COLUMNS);
    FloatVector c5v1 = FloatVector.fromArray(SPECIES, from, 5 * COLUMNS + LANES);
    FloatVector c6v0 = FloatVector.fromArray(SPECIES, from, 6 * COLUMNS);
    FloatVector c6v1 = FloatVector.fromArray(SPECIES, from, 6 * COLUMNS + LANES);
    FloatVector c7v0 = FloatVector.fromArray(SPECIES, from, 7 * COLUMNS);
    FloatVector c7v1 = FloatVector.fromArray(SPECIES, from, 7 * COLUMNS + LANES);
    for (int p = 0; p < k - 1; p += 2) {
      long at = bo + 2L * LANES * p;
      FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, b, at, Species.ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, b, at + part, Species.ORDER);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + p]);
      c0v0 = a0.fma(b0, c0v0);
      c0v1 = a0.fma(b1, c0v1);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[ao + p + 1 * PIECE]);
      c1v0 = a1.fma(b0, c1v0);
      c1v1 = a1.fma(b1, c1v1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[ao + p + 2 * PIECE]);
      c2v0 = a2.fma(b0, c2v0);
      c2v1 = a2.fma(b1, c2v1);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[ao + p + 3 * PIECE]);
      c3v0 = a3.fma(b0, c3v0);
      c3v1 = a3.fma(b1, c3v1);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[ao + p + 4 * PIECE]);
      c4v0 = a4.fma(b0, c4v0);
      c4v1 = a4.fma(b1, c4v1);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[ao + p + 5 * PIECE]);
      c5v0 = a5.fma(b0, c5v0);
      c5v1 = a5.fma(b1, c5v1);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[ao + p + 6 * PIECE]);
      c6v0 = a6.fma(b0, c6v0);
      c6v1 = a6.fma(b1, c6v1);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[ao + p + 7 * PIECE]);
      c7v0 = a7.fma(b0, c7v0);
      c7v1 = a7.fma(b1, c7v1);
      FloatVector bn0 = FloatVector.fromMemorySegment(SPECIES, b, at + 2 * part, Species.ORDER);
      FloatVector bn1 = FloatVector.fromMemorySegment(SPECIES, b, at + 3 * part, Species.ORDER);
      FloatVector an0 = FloatVector.broadcast(SPECIES, a[ao + p + 1]);
      c0v0 = an0.fma(bn0, c0v0);
      c0v1 = an0.fma(bn1, c0v1);
      FloatVector an1 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 1 * PIECE]);
      c1v0 = an1.fma(bn0, c1v0);
      c1v1 = an1.fma(bn1, c1v1);
      FloatVector an2 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 2 * PIECE]);
      c2v0 = an2.fma(bn0, c2v0);
      c2v1 = an2.fma(bn1, c2v1);
      FloatVector an3 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 3 * PIECE]);
      c3v0 = an3.fma(bn0, c3v0);
      c3v1 = an3.fma(bn1, c3v1);
      FloatVector an4 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 4 * PIECE]);
      c4v0 = an4.fma(bn0, c4v0);
      c4v1 = an4.fma(bn1, c4v1);
      FloatVector an5 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 5 * PIECE]);
      c5v0 = an5.fma(bn0, c5v0);
      c5v1 = an5.fma(bn1, c5v1);
      FloatVector an6 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 6 * PIECE]);
      c6v0 = an6.fma(bn0, c6v0);
      c6v1 = an6.fma(bn1, c6v1);
      FloatVector an7 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 7 * PIECE]);
      c7v0 = an7.fma(bn0, c7v0);
      c7v1 = an7.fma(bn1, c7v1);
    }
    c0v0.intoArray(c, 0);
    c0v1.intoArray(c, LANES);
    c1v0.intoArray(c, COLUMNS);
    c1v1.intoArray(c, COLUMNS + LANES);
    c2v0.intoArray(c, 2 * COLUMNS);
    c2v1.intoArray(c, 2 * COLUMNS + LANES);
    c3v0.intoArray(c, 3 * COLUMNS);
    c3v1.intoArray(c, 3 * COLUMNS + LANES);
    c4v0.intoArray(c, 4 * COLUMNS);
    c4v1.intoArray(c, 4 * COLUMNS + LANES);
    c5v0.intoArray(c, 5 * COLUMNS);
    c5v1.intoArray(c, 5 * COLUMNS + LANES);
    c6v0.intoArray(c, 6 * COLUMNS);
    c6v1.intoArray(c, 6 * COLUMNS + LANES);
    c7v0.intoArray(c, 7 * COLUMNS);
    c7v1.intoArray(c, 7 * COLUMNS + LANES);
  }

  private static void rows6(
      int k, float[] a, int ao, MemorySegment b, long bo, long part, float[] from, float[] c) {
    FloatVector c0v0 = FloatVector.fromArray(SPECIES, from, 0);
    FloatVector c0v1 = FloatVector.fromArray(SPECIES, from, LANES);
    FloatVector c1v0 = FloatVector.fromArray(SPECIES, from, COLUMNS);
    FloatVector c1v1 = FloatVector.fromArray(SPECIES, from, COLUMNS + LANES);
    FloatVector c2v0 = FloatVector.fromArray(SPECIES, from, 2 * COLUMNS);
    FloatVector c2v1 = FloatVector.fromArray(SPECIES, from, 2 * COLUMNS + LANES);
    FloatVector c3v0 = FloatVector.fromArray(SPECIES, from, 3 * COLUMNS);
    FloatVector c3v1 = FloatVector.fromArray(SPECIES, from, 3 * COLUMNS + LANES);
    FloatVector c4v0 = FloatVector.fromArray(SPECIES, from, 4 * COLUMNS);
    FloatVector c4v1 = FloatVector.fromArray(SPECIES, from, 4 * COLUMNS + LANES);
    FloatVector c5v0 = FloatVector.fromArray(SPECIES, from, 5 * COLUMNS);
    FloatVector c5v1 = FloatVector.fromArray(SPECIES, from, 5 * COLUMNS + LANES);
    for (int p = 0; p < k - 1; p += 2) {
      long at = bo + 2L * LANES * p;
      FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, b, at, Species.ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, b, at + part, Species.ORDER);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + p]);
      c0v0 = a0.fma(b0, c0v0);
      c0v1 = a0.fma(b1, c0v1);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[ao + p + 1 * PIECE]);
      c1v0 = a1.fma(b0, c1v0);
      c1v1 = a1.fma(b1, c1v1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[ao + p + 2 * PIECE]);
      c2v0 = a2.fma(b0, c2v0);
      c2v1 = a2.fma(b1, c2v1);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[ao + p + 3 * PIECE]);
      c3v0 = a3.fma(b0, c3v0);
      c3v1 = a3.fma(b1, c3v1);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[ao + p + 4 * PIECE]);
      c4v0 = a4.fma(b0, c4v0);
      c4v1 = a4.fma(b1, c4v1);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[ao + p + 5 * PIECE]);
      c5v0 = a5.fma(b0, c5v0);
      c5v1 = a5.fma(b1, c5v1);
      FloatVector bn0 = FloatVector.fromMemorySegment(SPECIES, b, at + 2 * part, Species.ORDER);
      FloatVector bn1 = FloatVector.fromMemorySegment(SPECIES, b, at + 3 * part, Species.ORDER);
      FloatVector an0 = FloatVector.broadcast(SPECIES, a[ao + p + 1]);
      c0v0 = an0.fma(bn0, c0v0);
      c0v1 = an0.fma(bn1, c0v1);
      FloatVector an1 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 1 * PIECE]);
      c1v0 = an1.fma(bn0, c1v0);
      c1v1 = an1.fma(bn1, c1v1);
      FloatVector an2 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 2 * PIECE]);
      c2v0 = an2.fma(bn0, c2v0);
      c2v1 = an2.fma(bn1, c2v1);
      FloatVector an3 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 3 * PIECE]);
      c3v0 = an3.fma(bn0, c3v0);
      c3v1 = an3.fma(bn1, c3v1);
      FloatVector an4 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 4 * PIECE]);
      c4v0 = an4.fma(bn0, c4v0);
      c4v1 = an4.fma(bn1, c4v1);
      FloatVector an5 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 5 * PIECE]);
      c5v0 = an5.fma(bn0, c5v0);
      c5v1 = an5.fma(bn1, c5v1);
    }
    c0v0.intoArray(c, 0);
    c0v1.intoArray(c, LANES);
    c1v0.intoArray(c, COLUMNS);
    c1v1.intoArray(c, COLUMNS + LANES);
    c2v0.intoArray(c, 2 * COLUMNS);
    c2v1.intoArray(c, 2 * COLUMNS + LANES);
    c3v0.intoArray(c, 3 * COLUMNS);
    c3v1.intoArray(c, 3 * COLUMNS + LANES);
    c4v0.intoArray(c, 4 * COLUMNS);
    c4v1.intoArray(c, 4 * COLUMNS + LANES);
    c5v0.intoArray(c, 5 * COLUMNS);
    c5v1.intoArray(c, 5 * COLUMNS + LANES);
  }

  private static void rows4(
      int k, float[] a, int ao, MemorySegment b, long bo, long part, float[] from, float[] c) {
    FloatVector c0v0 = FloatVector.fromArray(SPECIES, from, 0);
    FloatVector c0v1 = FloatVector.fromArray(SPECIES, from, LANES);
    FloatVector c1v0 = FloatVector.fromArray(SPECIES, from, COLUMNS);
    FloatVector c1v1 = FloatVector.fromArray(SPECIES, from, COLUMNS + LANES);
    FloatVector c2v0 = FloatVector.fromArray(SPECIES, from, 2 * COLUMNS);
    FloatVector c2v1 = FloatVector.fromArray(SPECIES, from, 2 * COLUMNS + LANES);
    FloatVector c3v0 = FloatVector.fromArray(SPECIES, from, 3 * COLUMNS);
    FloatVector c3v1 = FloatVector.fromArray(SPECIES, from, 3 * COLUMNS + LANES);
    for (int p = 0; p < k - 1; p += 2) {
      long at = bo + 2L * LANES * p;
      FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, b, at, Species.ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, b, at + part, Species.ORDER);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + p]);
      c0v0 = a0.fma(b0, c0v0);
      c0v1 = a0.fma(b1, c0v1);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[ao + p + 1 * PIECE]);
      c1v0 = a1.fma(b0, c1v0);
      c1v1 = a1.fma(b1, c1v1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[ao + p + 2 * PIECE]);
      c2v0 = a2.fma(b0, c2v0);
      c2v1 = a2.fma(b1, c2v1);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[ao + p + 3 * PIECE]);
      c3v0 = a3.fma(b0, c3v0);
      c3v1 = a3.fma(b1, c3v1);
      FloatVector bn0 = FloatVector.fromMemorySegment(SPECIES, b, at + 2 * part, Species.ORDER);
      FloatVector bn1 = FloatVector.fromMemorySegment(SPECIES, b, at + 3 * part, Species.ORDER);
      FloatVector an0 = FloatVector.broadcast(SPECIES, a[ao + p + 1]);
      c0v0 = an0.fma(bn0, c0v0);
      c0v1 = an0.fma(bn1, c0v1);
      FloatVector an1 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 1 * PIECE]);
      c1v0 = an1.fma(bn0, c1v0);
      c1v1 = an1.fma(bn1, c1v1);
      FloatVector an2 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 2 * PIECE]);
      c2v0 = an2.fma(bn0, c2v0);
      c2v1 = an2.fma(bn1, c2v1);
      FloatVector an3 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 3 * PIECE]);
      c3v0 = an3.fma(bn0, c3v0);
      c3v1 = an3.fma(bn1, c3v1);
    }
    c0v0.intoArray(c, 0);
    c0v1.intoArray(c, LANES);
    c1v0.intoArray(c, COLUMNS);
    c1v1.intoArray(c, COLUMNS + LANES);
    c2v0.intoArray(c, 2 * COLUMNS);
    c2v1.intoArray(c, 2 * COLUMNS + LANES);
    c3v0.intoArray(c, 3 * COLUMNS);
    c3v1.intoArray(c, 3 * COLUMNS + LANES);
  }

  private static void rows2(
      int k, float[] a, int ao, MemorySegment b, long bo, long part, float[] from, float[] c) {
    FloatVector c0v0 = FloatVector.fromArray(SPECIES, from, 0);
    FloatVector c0v1 = FloatVector.fromArray(SPECIES, from, LANES);
    FloatVector c1v0 = FloatVector.fromArray(SPECIES, from, COLUMNS);
    FloatVector c1v1 = FloatVector.fromArray(SPECIES, from, COLUMNS + LANES);
    for (int p = 0; p < k - 1; p += 2) {
      long at = bo + 2L * LANES * p;
      FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, b, at, Species.ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, b, at + part, Species.ORDER);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + p]);
      c0v0 = a0.fma(b0, c0v0);
      c0v1 = a0.fma(b1, c0v1);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[ao + p + 1 * PIECE]);
      c1v0 = a1.fma(b0, c1v0);
      c1v1 = a1.fma(b1, c1v1);
      FloatVector bn0 = FloatVector.fromMemorySegment(SPECIES, b, at + 2 * part, Species.ORDER);
      FloatVector bn1 = FloatVector.fromMemorySegment(SPECIES, b, at + 3 * part, Species.ORDER);
      FloatVector an0 = FloatVector.broadcast(SPECIES, a[ao + p + 1]);
      c0v0 = an0.fma(bn0, c0v0);
      c0v1 = an0.fma(bn1, c0v1);
      FloatVector an1 = FloatVector.broadcast(SPECIES, a[ao + p + 1 + 1 * PIECE]);
      c1v0 = an1.fma(bn0, c1v0);
      c1v1 = an1.fma(bn1, c1v1);
    }
    c0v0.intoArray(c, 0);
    c0v1.intoArray(c, LANES);
    c1v0.intoArray(c, COLUMNS);
    c1v1.intoArray(c, COLUMNS + LANES);
  }

  private static void rows1(
      int k, float[] a, int ao, MemorySegment b, long bo, long part, float[] from, float[] c) {
    FloatVector c0v0 = FloatVector.fromArray(SPECIES, from, 0);
    FloatVector c0v1 = FloatVector.fromArray(SPECIES, from, LANES);
    for (int p = 0; p < k - 1; p += 2) {
      long at = bo + 2L * LANES * p;
      FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, b, at, Species.ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, b, at + part, Species.ORDER);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + p]);
      c0v0 = a0.fma(b0, c0v0);
      c0v1 = a0.fma(b1, c0v1);
      FloatVector bn0 = FloatVector.fromMemorySegment(SPECIES, b, at + 2 * part, Species.ORDER);
      FloatVector bn1 = FloatVector.fromMemorySegment(SPECIES, b, at + 3 * part, Species.ORDER);
      FloatVector an0 = FloatVector.broadcast(SPECIES, a[ao + p + 1]);
      c0v0 = an0.fma(bn0, c0v0);
      c0v1 = an0.fma(bn1, c0v1);
    }
    c0v0.intoArray(c, 0);
    c0v1.intoArray(c, LANES);
  }
}
