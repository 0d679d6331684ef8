package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;
import static dev.weft.tensor.backend.vector.Tile.LANES;
import static dev.weft.tensor.backend.vector.Tile.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * {@code C[i, j] = fma(A[i, p], B[p, j], C[i, j])} for p in order, A in columns {@code step} apart:
 * element (i, p) at {@code p * step + i}. B is a panel of COLUMNS columns, element (p, j) at {@code
 * p * COLUMNS + j}, and C a tile of rows of COLUMNS that starts as the tile in {@code from}, which
 * may be C.
 *
 * <p>Written by {@code MicroKernelSource} in the tests, one method for each tile height.
 */
final class PackedKernel {
  private PackedKernel() {}

  /** Runs the kernel of {@code rows} rows, one of {@link Tile#height}'s values. */
  static void run(
      int rows,
      int k,
      float[] a,
      int ao,
      int step,
      float[] b,
      int bo,
      float[] from,
      int fo,
      float[] c,
      int co) {
    switch (rows) {
      case 14 -> rows14(k, a, ao, step, b, bo, from, fo, c, co);
      case 12 -> rows12(k, a, ao, step, b, bo, from, fo, c, co);
      case 10 -> rows10(k, a, ao, step, b, bo, from, fo, c, co);
      case 8 -> rows8(k, a, ao, step, b, bo, from, fo, c, co);
      case 6 -> rows6(k, a, ao, step, b, bo, from, fo, c, co);
      case 4 -> rows4(k, a, ao, step, b, bo, from, fo, c, co);
      case 2 -> rows2(k, a, ao, step, b, bo, from, fo, c, co);
      case 1 -> rows1(k, a, ao, step, b, bo, from, fo, c, co);
      default -> throw new IllegalArgumentException("rows: " + rows);
    }
  }

  private static void rows14(
      int k,
      float[] a,
      int ao,
      int step,
      float[] b,
      int bo,
      float[] from,
      int fo,
      float[] c,
      int co) {
    FloatVector c0v0 = FloatVector.fromArray(SPECIES, from, fo);
    FloatVector c0v1 = FloatVector.fromArray(SPECIES, from, fo + LANES);
    FloatVector c1v0 = FloatVector.fromArray(SPECIES, from, fo + COLUMNS);
    FloatVector c1v1 = FloatVector.fromArray(SPECIES, from, fo + COLUMNS + LANES);
    FloatVector c2v0 = FloatVector.fromArray(SPECIES, from, fo + 2 * COLUMNS);
    FloatVector c2v1 = FloatVector.fromArray(SPECIES, from, fo + 2 * COLUMNS + LANES);
    FloatVector c3v0 = FloatVector.fromArray(SPECIES, from, fo + 3 * COLUMNS);
    FloatVector c3v1 = FloatVector.fromArray(SPECIES, from, fo + 3 * COLUMNS + LANES);
    FloatVector c4v0 = FloatVector.fromArray(SPECIES, from, fo + 4 * COLUMNS);
    FloatVector c4v1 = FloatVector.fromArray(SPECIES, from, fo + 4 * COLUMNS + LANES);
    FloatVector c5v0 = FloatVector.fromArray(SPECIES, from, fo + 5 * COLUMNS);
    FloatVector c5v1 = FloatVector.fromArray(SPECIES, from, fo + 5 * COLUMNS + LANES);
    FloatVector c6v0 = FloatVector.fromArray(SPECIES, from, fo + 6 * COLUMNS);
    FloatVector c6v1 = FloatVector.fromArray(SPECIES, from, fo + 6 * COLUMNS + LANES);
    FloatVector c7v0 = FloatVector.fromArray(SPECIES, from, fo + 7 * COLUMNS);
    FloatVector c7v1 = FloatVector.fromArray(SPECIES, from, fo + 7 * COLUMNS + LANES);
    FloatVector c8v0 = FloatVector.fromArray(SPECIES, from, fo + 8 * COLUMNS);
    FloatVector c8v1 = FloatVector.fromArray(SPECIES, from, fo + 8 * COLUMNS + LANES);
    FloatVector c9v0 = FloatVector.fromArray(SPECIES, from, fo + 9 * COLUMNS);
    FloatVector c9v1 = FloatVector.fromArray(SPECIES, from, fo + 9 * COLUMNS + LANES);
    FloatVector c10v0 = FloatVector.fromArray(SPECIES, from, fo + 10 * COLUMNS);
    FloatVector c10v1 = FloatVector.fromArray(SPECIES, from, fo + 10 * COLUMNS + LANES);
    FloatVector c11v0 = FloatVector.fromArray(SPECIES, from, fo + 11 * COLUMNS);
    FloatVector c11v1 = FloatVector.fromArray(SPECIES, from, fo + 11 * COLUMNS + LANES);
    FloatVector c12v0 = FloatVector.fromArray(SPECIES, from, fo + 12 * COLUMNS);
    FloatVector c12v1 = FloatVector.fromArray(SPECIES, from, fo + 12 * COLUMNS + LANES);
    FloatVector c13v0 = FloatVector.fromArray(SPECIES, from, fo + 13 * COLUMNS);
    FloatVector c13v1 = FloatVector.fromArray(SPECIES, from, fo + 13 * COLUMNS + LANES);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo + p * COLUMNS);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + p * COLUMNS + LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + p * step]);
      c0v0 = a0.fma(b0, c0v0);
      c0v1 = a0.fma(b1, c0v1);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[ao + p * step + 1]);
      c1v0 = a1.fma(b0, c1v0);
      c1v1 = a1.fma(b1, c1v1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[ao + p * step + 2]);
      c2v0 = a2.fma(b0, c2v0);
      c2v1 = a2.fma(b1, c2v1);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[ao + p * step + 3]);
      c3v0 = a3.fma(b0, c3v0);
      c3v1 = a3.fma(b1, c3v1);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[ao + p * step + 4]);
      c4v0 = a4.fma(b0, c4v0);
      c4v1 = a4.fma(b1, c4v1);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[ao + p * step + 5]);
      c5v0 = a5.fma(b0, c5v0);
      c5v1 = a5.fma(b1, c5v1);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[ao + p * step + 6]);
      c6v0 = a6.fma(b0, c6v0);
      c6v1 = a6.fma(b1, c6v1);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[ao + p * step + 7]);
      c7v0 = a7.fma(b0, c7v0);
      c7v1 = a7.fma(b1, c7v1);
      FloatVector a8 = FloatVector.broadcast(SPECIES, a[ao + p * step + 8]);
      c8v0 = a8.fma(b0, c8v0);
      c8v1 = a8.fma(b1, c8v1);
      FloatVector a9 = FloatVector.broadcast(SPECIES, a[ao + p * step + 9]);
      c9v0 = a9.fma(b0, c9v0);
      c9v1 = a9.fma(b1, c9v1);
      FloatVector a10 = FloatVector.broadcast(SPECIES, a[ao + p * step + 10]);
      c10v0 = a10.fma(b0, c10v0);
      c10v1 = a10.fma(b1, c10v1);
      FloatVector a11 = FloatVector.broadcast(SPECIES, a[ao + p * step + 11]);
      c11v0 = a11.fma(b0, c11v0);
      c11v1 = a11.fma(b1, c11v1);
      FloatVector a12 = FloatVector.broadcast(SPECIES, a[ao + p * step + 12]);
      c12v0 = a12.fma(b0, c12v0);
      c12v1 = a12.fma(b1, c12v1);
      FloatVector a13 = FloatVector.broadcast(SPECIES, a[ao + p * step + 13]);
      c13v0 = a13.fma(b0, c13v0);
      c13v1 = a13.fma(b1, c13v1);
    }
    c0v0.intoArray(c, co);
    c0v1.intoArray(c, co + LANES);
    c1v0.intoArray(c, co + COLUMNS);
    c1v1.intoArray(c, co + COLUMNS + LANES);
    c2v0.intoArray(c, co + 2 * COLUMNS);
    c2v1.intoArray(c, co + 2 * COLUMNS + LANES);
    c3v0.intoArray(c, co + 3 * COLUMNS);
    c3v1.intoArray(c, co + 3 * COLUMNS + LANES);
    c4v0.intoArray(c, co + 4 * COLUMNS);
    c4v1.intoArray(c, co + 4 * COLUMNS + LANES);
    c5v0.intoArray(c, co + 5 * COLUMNS);
    c5v1.intoArray(c, co + 5 * COLUMNS + LANES);
    c6v0.intoArray(c, co + 6 * COLUMNS);
    c6v1.intoArray(c, co + 6 * COLUMNS + LANES);
    c7v0.intoArray(c, co + 7 * COLUMNS);
    c7v1.intoArray(c, co + 7 * COLUMNS + LANES);
    c8v0.intoArray(c, co + 8 * COLUMNS);
    c8v1.intoArray(c, co + 8 * COLUMNS + LANES);
    c9v0.intoArray(c, co + 9 * COLUMNS);
    c9v1.intoArray(c, co + 9 * COLUMNS + LANES);
    c10v0.intoArray(c, co + 10 * COLUMNS);
    c10v1.intoArray(c, co + 10 * COLUMNS + LANES);
    c11v0.intoArray(c, co + 11 * COLUMNS);
    c11v1.intoArray(c, co + 11 * COLUMNS + LANES);
    c12v0.intoArray(c, co + 12 * COLUMNS);
    c12v1.intoArray(c, co + 12 * COLUMNS + LANES);
    c13v0.intoArray(c, co + 13 * COLUMNS);
    c13v1.intoArray(c, co + 13 * COLUMNS + LANES);
  }

  private static void rows12(
      int k,
      float[] a,
      int ao,
      int step,
      float[] b,
      int bo,
      float[] from,
      int fo,
      float[] c,
      int co) {
    FloatVector c0v0 = FloatVector.fromArray(SPECIES, from, fo);
    FloatVector c0v1 = FloatVector.fromArray(SPECIES, from, fo + LANES);
    FloatVector c1v0 = FloatVector.fromArray(SPECIES, from, fo + COLUMNS);
    FloatVector c1v1 = FloatVector.fromArray(SPECIES, from, fo + COLUMNS + LANES);
    FloatVector c2v0 = FloatVector.fromArray(SPECIES, from, fo + 2 * COLUMNS);
    FloatVector c2v1 = FloatVector.fromArray(SPECIES, from, fo + 2 * COLUMNS + LANES);
    FloatVector c3v0 = FloatVector.fromArray(SPECIES, from, fo + 3 * COLUMNS);
    FloatVector c3v1 = FloatVector.fromArray(SPECIES, from, fo + 3 * COLUMNS + LANES);
    FloatVector c4v0 = FloatVector.fromArray(SPECIES, from, fo + 4 * COLUMNS);
    FloatVector c4v1 = FloatVector.fromArray(SPECIES, from, fo + 4 * COLUMNS + LANES);
    FloatVector c5v0 = FloatVector.fromArray(SPECIES, from, fo + 5 * COLUMNS);
    FloatVector c5v1 = FloatVector.fromArray(SPECIES, from, fo + 5 * COLUMNS + LANES);
    FloatVector c6v0 = FloatVector.fromArray(SPECIES, from, fo + 6 * COLUMNS);
    FloatVector c6v1 = FloatVector.fromArray(SPECIES, from, fo + 6 * COLUMNS + LANES);
    FloatVector c7v0 = FloatVector.fromArray(SPECIES, from, fo + 7 * COLUMNS);
    FloatVector c7v1 = FloatVector.fromArray(SPECIES, from, fo + 7 * COLUMNS + LANES);
    FloatVector c8v0 = FloatVector.fromArray(SPECIES, from, fo + 8 * COLUMNS);
    FloatVector c8v1 = FloatVector.fromArray(SPECIES, from, fo + 8 * COLUMNS + LANES);
    FloatVector c9v0 = FloatVector.fromArray(SPECIES, from, fo + 9 * COLUMNS);
    FloatVector c9v1 = FloatVector.fromArray(SPECIES, from, fo + 9 * COLUMNS + LANES);
    FloatVector c10v0 = FloatVector.fromArray(SPECIES, from, fo + 10 * COLUMNS);
    FloatVector c10v1 = FloatVector.fromArray(SPECIES, from, fo + 10 * COLUMNS + LANES);
    FloatVector c11v0 = FloatVector.fromArray(SPECIES, from, fo + 11 * COLUMNS);
    FloatVector c11v1 = FloatVector.fromArray(SPECIES, from, fo + 11 * COLUMNS + LANES);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo + p * COLUMNS);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + p * COLUMNS + LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + p * step]);
      c0v0 = a0.fma(b0, c0v0);
      c0v1 = a0.fma(b1, c0v1);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[ao + p * step + 1]);
      c1v0 = a1.fma(b0, c1v0);
      c1v1 = a1.fma(b1, c1v1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[ao + p * step + 2]);
      c2v0 = a2.fma(b0, c2v0);
      c2v1 = a2.fma(b1, c2v1);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[ao + p * step + 3]);
      c3v0 = a3.fma(b0, c3v0);
      c3v1 = a3.fma(b1, c3v1);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[ao + p * step + 4]);
      c4v0 = a4.fma(b0, c4v0);
      c4v1 = a4.fma(b1, c4v1);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[ao + p * step + 5]);
      c5v0 = a5.fma(b0, c5v0);
      c5v1 = a5.fma(b1, c5v1);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[ao + p * step + 6]);
      c6v0 = a6.fma(b0, c6v0);
      c6v1 = a6.fma(b1, c6v1);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[ao + p * step + 7]);
      c7v0 = a7.fma(b0, c7v0);
      c7v1 = a7.fma(b1, c7v1);
      FloatVector a8 = FloatVector.broadcast(SPECIES, a[ao + p * step + 8]);
      c8v0 = a8.fma(b0, c8v0);
      c8v1 = a8.fma(b1, c8v1);
      FloatVector a9 = FloatVector.broadcast(SPECIES, a[ao + p * step + 9]);
      c9v0 = a9.fma(b0, c9v0);
      c9v1 = a9.fma(b1, c9v1);
      FloatVector a10 = FloatVector.broadcast(SPECIES, a[ao + p * step + 10]);
      c10v0 = a10.fma(b0, c10v0);
      c10v1 = a10.fma(b1, c10v1);
      FloatVector a11 = FloatVector.broadcast(SPECIES, a[ao + p * step + 11]);
      c11v0 = a11.fma(b0, c11v0);
      c11v1 = a11.fma(b1, c11v1);
    }
    c0v0.intoArray(c, co);
    c0v1.intoArray(c, co + LANES);
    c1v0.intoArray(c, co + COLUMNS);
    c1v1.intoArray(c, co + COLUMNS + LANES);
    c2v0.intoArray(c, co + 2 * COLUMNS);
    c2v1.intoArray(c, co + 2 * COLUMNS + LANES);
    c3v0.intoArray(c, co + 3 * COLUMNS);
    c3v1.intoArray(c, co + 3 * COLUMNS + LANES);
    c4v0.intoArray(c, co + 4 * COLUMNS);
    c4v1.intoArray(c, co + 4 * COLUMNS + LANES);
    c5v0.intoArray(c, co + 5 * COLUMNS);
    c5v1.intoArray(c, co + 5 * COLUMNS + LANES);
    c6v0.intoArray(c, co + 6 * COLUMNS);
    c6v1.intoArray(c, co + 6 * COLUMNS + LANES);
    c7v0.intoArray(c, co + 7 * COLUMNS);
    c7v1.intoArray(c, co + 7 * COLUMNS + LANES);
    c8v0.intoArray(c, co + 8 * COLUMNS);
    c8v1.intoArray(c, co + 8 * COLUMNS + LANES);
    c9v0.intoArray(c, co + 9 * COLUMNS);
    c9v1.intoArray(c, co + 9 * COLUMNS + LANES);
    c10v0.intoArray(c, co + 10 * COLUMNS);
    c10v1.intoArray(c, co + 10 * COLUMNS + LANES);
    c11v0.intoArray(c, co + 11 * COLUMNS);
    c11v1.intoArray(c, co + 11 * COLUMNS + LANES);
  }

  private static void rows10(
      int k,
      float[] a,
      int ao,
      int step,
      float[] b,
      int bo,
      float[] from,
      int fo,
      float[] c,
      int co) {
    FloatVector c0v0 = FloatVector.fromArray(SPECIES, from, fo);
    FloatVector c0v1 = FloatVector.fromArray(SPECIES, from, fo + LANES);
    FloatVector c1v0 = FloatVector.fromArray(SPECIES, from, fo + COLUMNS);
    FloatVector c1v1 = FloatVector.fromArray(SPECIES, from, fo + COLUMNS + LANES);
    FloatVector c2v0 = FloatVector.fromArray(SPECIES, from, fo + 2 * COLUMNS);
    FloatVector c2v1 = FloatVector.fromArray(SPECIES, from, fo + 2 * COLUMNS + LANES);
    FloatVector c3v0 = FloatVector.fromArray(SPECIES, from, fo + 3 * COLUMNS);
    FloatVector c3v1 = FloatVector.fromArray(SPECIES, from, fo + 3 * COLUMNS + LANES);
    FloatVector c4v0 = FloatVector.fromArray(SPECIES, from, fo + 4 * COLUMNS);
    FloatVector c4v1 = FloatVector.fromArray(SPECIES, from, fo + 4 * COLUMNS + LANES);
    FloatVector c5v0 = FloatVector.fromArray(SPECIES, from, fo + 5 * COLUMNS);
    FloatVector c5v1 = FloatVector.fromArray(SPECIES, from, fo + 5 * COLUMNS + LANES);
    FloatVector c6v0 = FloatVector.fromArray(SPECIES, from, fo + 6 * COLUMNS);
    FloatVector c6v1 = FloatVector.fromArray(SPECIES, from, fo + 6 * COLUMNS + LANES);
    FloatVector c7v0 = FloatVector.fromArray(SPECIES, from, fo + 7 * COLUMNS);
    FloatVector c7v1 = FloatVector.fromArray(SPECIES, from, fo + 7 * COLUMNS + LANES);
    FloatVector c8v0 = FloatVector.fromArray(SPECIES, from, fo + 8 * COLUMNS);
    FloatVector c8v1 = FloatVector.fromArray(SPECIES, from, fo + 8 * COLUMNS + LANES);
    FloatVector c9v0 = FloatVector.fromArray(SPECIES, from, fo + 9 * COLUMNS);
    FloatVector c9v1 = FloatVector.fromArray(SPECIES, from, fo + 9 * COLUMNS + LANES);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo + p * COLUMNS);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + p * COLUMNS + LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + p * step]);
      c0v0 = a0.fma(b0, c0v0);
      c0v1 = a0.fma(b1, c0v1);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[ao + p * step + 1]);
      c1v0 = a1.fma(b0, c1v0);
      c1v1 = a1.fma(b1, c1v1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[ao + p * step + 2]);
      c2v0 = a2.fma(b0, c2v0);
      c2v1 = a2.fma(b1, c2v1);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[ao + p * step + 3]);
      c3v0 = a3.fma(b0, c3v0);
      c3v1 = a3.fma(b1, c3v1);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[ao + p * step + 4]);
      c4v0 = a4.fma(b0, c4v0);
      c4v1 = a4.fma(b1, c4v1);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[ao + p * step + 5]);
      c5v0 = a5.fma(b0, c5v0);
      c5v1 = a5.fma(b1, c5v1);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[ao + p * step + 6]);
      c6v0 = a6.fma(b0, c6v0);
      c6v1 = a6.fma(b1, c6v1);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[ao + p * step + 7]);
      c7v0 = a7.fma(b0, c7v0);
      c7v1 = a7.fma(b1, c7v1);
      FloatVector a8 = FloatVector.broadcast(SPECIES, a[ao + p * step + 8]);
      c8v0 = a8.fma(b0, c8v0);
      c8v1 = a8.fma(b1, c8v1);
      FloatVector a9 = FloatVector.broadcast(SPECIES, a[ao + p * step + 9]);
      c9v0 = a9.fma(b0, c9v0);
      c9v1 = a9.fma(b1, c9v1);
    }
    c0v0.intoArray(c, co);
    c0v1.intoArray(c, co + LANES);
    c1v0.intoArray(c, co + COLUMNS);
    c1v1.intoArray(c, co + COLUMNS + LANES);
    c2v0.intoArray(c, co + 2 * COLUMNS);
    c2v1.intoArray(c, co + 2 * COLUMNS + LANES);
    c3v0.intoArray(c, co + 3 * COLUMNS);
    c3v1.intoArray(c, co + 3 * COLUMNS + LANES);
    c4v0.intoArray(c, co + 4 * COLUMNS);
    c4v1.intoArray(c, co + 4 * COLUMNS + LANES);
    c5v0.intoArray(c, co + 5 * COLUMNS);
    c5v1.intoArray(c, co + 5 * COLUMNS + LANES);
    c6v0.intoArray(c, co + 6 * COLUMNS);
    c6v1.intoArray(c, co + 6 * COLUMNS + LANES);
    c7v0.intoArray(c, co + 7 * COLUMNS);
    c7v1.intoArray(c, co + 7 * COLUMNS + LANES);
    c8v0.intoArray(c, co + 8 * COLUMNS);
    c8v1.intoArray(c, co + 8 * COLUMNS + LANES);
    c9v0.intoArray(c, co + 9 * COLUMNS);
    c9v1.intoArray(c, co + 9 * COLUMNS + LANES);
  }

  private static void rows8(
      int k,
      float[] a,
      int ao,
      int step,
      float[] b,
      int bo,
      float[] from,
      int fo,
      float[] c,
      int co) {
    FloatVector c0v0 = FloatVector.fromArray(SPECIES, from, fo);
    FloatVector c0v1 = FloatVector.fromArray(SPECIES, from, fo + LANES);
    FloatVector c1v0 = FloatVector.fromArray(SPECIES, from, fo + COLUMNS);
    FloatVector c1v1 = FloatVector.fromArray(SPECIES, from, fo + COLUMNS + LANES);
    FloatVector c2v0 = FloatVector.fromArray(SPECIES, from, fo + 2 * COLUMNS);
    FloatVector c2v1 = FloatVector.fromArray(SPECIES, from, fo + 2 * COLUMNS + LANES);
    FloatVector c3v0 = FloatVector.fromArray(SPECIES, from, fo + 3 * COLUMNS);
    FloatVector c3v1 = FloatVector.fromArray(SPECIES, from, fo + 3 * COLUMNS + LANES);
    FloatVector c4v0 = FloatVector.fromArray(SPECIES, from, fo + 4 * COLUMNS);
    FloatVector c4v1 = FloatVector.fromArray(SPECIES, from, fo + 4 * COLUMNS + LANES);
    FloatVector c5v0 = FloatVector.fromArray(SPECIES, from, fo + 5 * COLUMNS);
    FloatVector c5v1 = FloatVector.fromArray(SPECIES, from, fo + 5 * COLUMNS + LANES);
    FloatVector c6v0 = FloatVector.fromArray(SPECIES, from, fo + 6 * COLUMNS);
    FloatVector c6v1 = FloatVector.fromArray(SPECIES, from, fo + 6 * COLUMNS + LANES);
    FloatVector c7v0 = FloatVector.fromArray(SPECIES, from, fo + 7 * COLUMNS);
    FloatVector c7v1 = FloatVector.fromArray(SPECIES, from, fo + 7 * COLUMNS + LANES);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo + p * COLUMNS);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + p * COLUMNS + LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + p * step]);
      c0v0 = a0.fma(b0, c0v0);
      c0v1 = a0.fma(b1, c0v1);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[ao + p * step + 1]);
      c1v0 = a1.fma(b0, c1v0);
      c1v1 = a1.fma(b1, c1v1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[ao + p * step + 2]);
      c2v0 = a2.fma(b0, c2v0);
      c2v1 = a2.fma(b1, c2v1);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[ao + p * step + 3]);
      c3v0 = a3.fma(b0, c3v0);
      c3v1 = a3.fma(b1, c3v1);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[ao + p * step + 4]);
      c4v0 = a4.fma(b0, c4v0);
      c4v1 = a4.fma(b1, c4v1);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[ao + p * step + 5]);
      c5v0 = a5.fma(b0, c5v0);
      c5v1 = a5.fma(b1, c5v1);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[ao + p * step + 6]);
      c6v0 = a6.fma(b0, c6v0);
      c6v1 = a6.fma(b1, c6v1);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[ao + p * step + 7]);
      c7v0 = a7.fma(b0, c7v0);
      c7v1 = a7.fma(b1, c7v1);
    }
    c0v0.intoArray(c, co);
    c0v1.intoArray(c, co + LANES);
    c1v0.intoArray(c, co + COLUMNS);
    c1v1.intoArray(c, co + COLUMNS + LANES);
    c2v0.intoArray(c, co + 2 * COLUMNS);
    c2v1.intoArray(c, co + 2 * COLUMNS + LANES);
    c3v0.intoArray(c, co + 3 * COLUMNS);
    c3v1.intoArray(c, co + 3 * COLUMNS + LANES);
    c4v0.intoArray(c, co + 4 * COLUMNS);
    c4v1.intoArray(c, co + 4 * COLUMNS + LANES);
    c5v0.intoArray(c, co + 5 * COLUMNS);
    c5v1.intoArray(c, co + 5 * COLUMNS + LANES);
    c6v0.intoArray(c, co + 6 * COLUMNS);
    c6v1.intoArray(c, co + 6 * COLUMNS + LANES);
    c7v0.intoArray(c, co + 7 * COLUMNS);
    c7v1.intoArray(c, co + 7 * COLUMNS + LANES);
  }

  private static void rows6(
      int k,
      float[] a,
      int ao,
      int step,
      float[] b,
      int bo,
      float[] from,
      int fo,
      float[] c,
      int co) {
    FloatVector c0v0 = FloatVector.fromArray(SPECIES, from, fo);
    FloatVector c0v1 = FloatVector.fromArray(SPECIES, from, fo + LANES);
    FloatVector c1v0 = FloatVector.fromArray(SPECIES, from, fo + COLUMNS);
    FloatVector c1v1 = FloatVector.fromArray(SPECIES, from, fo + COLUMNS + LANES);
    FloatVector c2v0 = FloatVector.fromArray(SPECIES, from, fo + 2 * COLUMNS);
    FloatVector c2v1 = FloatVector.fromArray(SPECIES, from, fo + 2 * COLUMNS + LANES);
    FloatVector c3v0 = FloatVector.fromArray(SPECIES, from, fo + 3 * COLUMNS);
    FloatVector c3v1 = FloatVector.fromArray(SPECIES, from, fo + 3 * COLUMNS + LANES);
    FloatVector c4v0 = FloatVector.fromArray(SPECIES, from, fo + 4 * COLUMNS);
    FloatVector c4v1 = FloatVector.fromArray(SPECIES, from, fo + 4 * COLUMNS + LANES);
    FloatVector c5v0 = FloatVector.fromArray(SPECIES, from, fo + 5 * COLUMNS);
    FloatVector c5v1 = FloatVector.fromArray(SPECIES, from, fo + 5 * COLUMNS + LANES);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo + p * COLUMNS);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + p * COLUMNS + LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + p * step]);
      c0v0 = a0.fma(b0, c0v0);
      c0v1 = a0.fma(b1, c0v1);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[ao + p * step + 1]);
      c1v0 = a1.fma(b0, c1v0);
      c1v1 = a1.fma(b1, c1v1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[ao + p * step + 2]);
      c2v0 = a2.fma(b0, c2v0);
      c2v1 = a2.fma(b1, c2v1);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[ao + p * step + 3]);
      c3v0 = a3.fma(b0, c3v0);
      c3v1 = a3.fma(b1, c3v1);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[ao + p * step + 4]);
      c4v0 = a4.fma(b0, c4v0);
      c4v1 = a4.fma(b1, c4v1);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[ao + p * step + 5]);
      c5v0 = a5.fma(b0, c5v0);
      c5v1 = a5.fma(b1, c5v1);
    }
    c0v0.intoArray(c, co);
    c0v1.intoArray(c, co + LANES);
    c1v0.intoArray(c, co + COLUMNS);
    c1v1.intoArray(c, co + COLUMNS + LANES);
    c2v0.intoArray(c, co + 2 * COLUMNS);
    c2v1.intoArray(c, co + 2 * COLUMNS + LANES);
    c3v0.intoArray(c, co + 3 * COLUMNS);
    c3v1.intoArray(c, co + 3 * COLUMNS + LANES);
    c4v0.intoArray(c, co + 4 * COLUMNS);
    c4v1.intoArray(c, co + 4 * COLUMNS + LANES);
    c5v0.intoArray(c, co + 5 * COLUMNS);
    c5v1.intoArray(c, co + 5 * COLUMNS + LANES);
  }

  private static void rows4(
      int k,
      float[] a,
      int ao,
      int step,
      float[] b,
      int bo,
      float[] from,
      int fo,
      float[] c,
      int co) {
    FloatVector c0v0 = FloatVector.fromArray(SPECIES, from, fo);
    FloatVector c0v1 = FloatVector.fromArray(SPECIES, from, fo + LANES);
    FloatVector c1v0 = FloatVector.fromArray(SPECIES, from, fo + COLUMNS);
    FloatVector c1v1 = FloatVector.fromArray(SPECIES, from, fo + COLUMNS + LANES);
    FloatVector c2v0 = FloatVector.fromArray(SPECIES, from, fo + 2 * COLUMNS);
    FloatVector c2v1 = FloatVector.fromArray(SPECIES, from, fo + 2 * COLUMNS + LANES);
    FloatVector c3v0 = FloatVector.fromArray(SPECIES, from, fo + 3 * COLUMNS);
    FloatVector c3v1 = FloatVector.fromArray(SPECIES, from, fo + 3 * COLUMNS + LANES);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo + p * COLUMNS);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + p * COLUMNS + LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + p * step]);
      c0v0 = a0.fma(b0, c0v0);
      c0v1 = a0.fma(b1, c0v1);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[ao + p * step + 1]);
      c1v0 = a1.fma(b0, c1v0);
      c1v1 = a1.fma(b1, c1v1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[ao + p * step + 2]);
      c2v0 = a2.fma(b0, c2v0);
      c2v1 = a2.fma(b1, c2v1);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[ao + p * step + 3]);
      c3v0 = a3.fma(b0, c3v0);
      c3v1 = a3.fma(b1, c3v1);
    }
    c0v0.intoArray(c, co);
    c0v1.intoArray(c, co + LANES);
    c1v0.intoArray(c, co + COLUMNS);
    c1v1.intoArray(c, co + COLUMNS + LANES);
    c2v0.intoArray(c, co + 2 * COLUMNS);
    c2v1.intoArray(c, co + 2 * COLUMNS + LANES);
    c3v0.intoArray(c, co + 3 * COLUMNS);
    c3v1.intoArray(c, co + 3 * COLUMNS + LANES);
  }

  private static void rows2(
      int k,
      float[] a,
      int ao,
      int step,
      float[] b,
      int bo,
      float[] from,
      int fo,
      float[] c,
      int co) {
    FloatVector c0v0 = FloatVector.fromArray(SPECIES, from, fo);
    FloatVector c0v1 = FloatVector.fromArray(SPECIES, from, fo + LANES);
    FloatVector c1v0 = FloatVector.fromArray(SPECIES, from, fo + COLUMNS);
    FloatVector c1v1 = FloatVector.fromArray(SPECIES, from, fo + COLUMNS + LANES);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo + p * COLUMNS);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + p * COLUMNS + LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + p * step]);
      c0v0 = a0.fma(b0, c0v0);
      c0v1 = a0.fma(b1, c0v1);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[ao + p * step + 1]);
      c1v0 = a1.fma(b0, c1v0);
      c1v1 = a1.fma(b1, c1v1);
    }
    c0v0.intoArray(c, co);
    c0v1.intoArray(c, co + LANES);
    c1v0.intoArray(c, co + COLUMNS);
    c1v1.intoArray(c, co + COLUMNS + LANES);
  }

  private static void rows1(
      int k,
      float[] a,
      int ao,
      int step,
      float[] b,
      int bo,
      float[] from,
      int fo,
      float[] c,
      int co) {
    FloatVector c0v0 = FloatVector.fromArray(SPECIES, from, fo);
    FloatVector c0v1 = FloatVector.fromArray(SPECIES, from, fo + LANES);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo + p * COLUMNS);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + p * COLUMNS + LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + p * step]);
      c0v0 = a0.fma(b0, c0v0);
      c0v1 = a0.fma(b1, c0v1);
    }
    c0v0.intoArray(c, co);
    c0v1.intoArray(c, co + LANES);
  }
}
