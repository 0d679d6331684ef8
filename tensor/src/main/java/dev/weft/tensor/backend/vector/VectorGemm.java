package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;
import static dev.weft.tensor.backend.vector.Tile.PANEL;
import static dev.weft.tensor.backend.vector.Tile.ROWS;
import static dev.weft.tensor.backend.vector.Tile.panels;

import dev.weft.tensor.DType;
import dev.weft.tensor.backend.Scratch;
import dev.weft.tensor.backend.Workers;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Matrix;
import dev.weft.tensor.kernel.ScalarGemm;
import org.jspecify.annotations.Nullable;

/**
 * {@link KernelCall.Gemm} in register tiles over packed panels (Goto and van de Geijn, "Anatomy of
 * high-performance matrix multiplication", 2008).
 *
 * <p>The operand of the smaller side is packed whole and shared; a task packs a few panels of the
 * other just before it uses them, so that each element of either is packed once. Rows of A that lie
 * contiguous are copied and not turned into columns. Where the tiles and blocks lie changes no
 * bits: see {@link ScalarGemm}.
 */
final class VectorGemm {
  /**
   * The most steps of k a tile takes at once. Longer sums are cut evenly: each cut reads and writes
   * C once more, which costs more than panels that meet fewer others (2048 cubed on two threads:
   * 304 GFLOP/s with 960, 348 with 1920).
   */
  private static final int DEPTH = 1920;

  /** The same where A is one panel: what is packed is used once, and long runs stream better. */
  private static final int SKINNY = 1536;

  /** The most steps of k for which the shared operand is packed at once. */
  private static final int PASS = 12_288;

  /** The most panels a task packs at a time, which meet each shared panel while it is near. */
  private static final int GROUP = 4;

  /** The most steps of k in them all together: half a mebibyte of B in the second cache. */
  private static final int STEPS = 3840;

  /** Floats of the shared operand that are packed at once. */
  private static final long SHARED = 1 << 22;

  /** The most rows for which panels of weights are kept: with more, packing them is nothing. */
  private static final int KEPT = 1 << 13;

  /** Below this many multiplications a product runs on its caller's thread. */
  private static final long ALONE = 1 << 18;

  /** Floats of a cache line. */
  private static final int LINE = 16;

  private static final int SHARED_SLOT = 0;
  private static final int STREAM_SLOT = 1;
  private static final int TILE_SLOT = 2;
  private static final int SPARE_SLOT = 3;

  private final KernelCall.Gemm g;
  private final int batch;
  private final @Nullable KeptPanels kept; // of B
  private final boolean shareA;
  private final boolean parallel;
  private final boolean rowsOfA; // are contiguous floats
  private final int sharedSize; // floats of a block of a panel
  private final int streamSize;
  private final int sharedCount;
  private final int streamCount;
  private final int group;
  private final int groups; // tasks of a whole group; each after them has one panel
  private final int block;
  private final int pass; // whole blocks
  private final int stride; // of copied rows of A

  private float[] shared = new float[0];
  private int from; // first shared panel of the pass
  private int to; // end of the shared panels of the pass
  private int k0; // first k of the pass
  private int k1; // end of k of the pass

  private VectorGemm(KernelCall.Gemm g, int batch, @Nullable KeptPanels kept, boolean parallel) {
    this.g = g;
    this.batch = batch;
    this.kept = kept;
    this.parallel = parallel;
    shareA = g.m() <= g.n();
    sharedCount = panels(shareA ? g.m() : g.n(), shareA ? ROWS : COLUMNS);
    streamCount = panels(shareA ? g.n() : g.m(), shareA ? COLUMNS : ROWS);
    int k = Math.max(1, g.k());
    block = g.m() <= ROWS ? Math.min(k, SKINNY) : Math.ceilDiv(k, Math.ceilDiv(k, DEPTH));
    // Which panels a task has changes no bits. Groups are for the caches; at the end panels go one
    // by one, four a thread, so that threads end together (1920 cubed, 2 threads: 191 to 199
    // GFLOP/s).
    int threads = parallel ? Workers.threads() : 1;
    group = Math.clamp(streamCount / (4 * threads), 1, Math.min(GROUP, STEPS / block));
    groups = Math.max(0, streamCount - (threads > 1 ? 4 * threads : 0)) / group;
    pass = PASS / block * block;
    rowsOfA = g.a().buf().dtype() == DType.F32 && g.a().colStride() == 1;
    // An odd number of cache lines: rows of a tile then lie in different sets.
    stride = (panels(block, LINE) | 1) * LINE;
    int sizeA = rowsOfA ? ROWS * stride : PANEL * block;
    int sizeB = COLUMNS * block;
    sharedSize = shareA ? sizeA : sizeB;
    streamSize = shareA ? sizeB : sizeA;
  }

  static void run(KernelCall.Gemm call) {
    ScalarGemm.check(call);
    if (call.batch() == 0 || call.m() == 0 || call.n() == 0) {
      return;
    }
    KernelCall.Gemm g = rowMajor(call);
    long size = (long) g.m() * g.n() * g.k();
    if (g.batch() > 1 && size < 8 * ALONE) {
      int each = Math.clamp(ALONE / Math.max(size, 1), 1, g.batch());
      Workers.run(
          panels(g.batch(), each),
          task -> {
            for (int b = task * each; b < Math.min(g.batch(), (task + 1) * each); b++) {
              new VectorGemm(g, b, null, false).multiply();
            }
          });
    } else {
      boolean few = KeptGemm.fits(g);
      KeptPanels kept = few || copiesKept(g) ? KeptPanels.of(g.b(), g.n(), g.k()) : null;
      if (few && kept != null) {
        KeptGemm.run(g, kept, size >= ALONE);
        return;
      }
      for (int b = 0; b < g.batch(); b++) {
        new VectorGemm(g, b, kept, size >= ALONE).multiply();
      }
    }
  }

  /** Whether to copy kept panels of B instead of packing it anew for so many rows of A. */
  private static boolean copiesKept(KernelCall.Gemm g) {
    return g.batch() == 1 && g.m() <= KEPT && g.b().buf().dtype() == DType.F32;
  }

  /** The transposed call where C's rows, and not its columns, lie contiguous. */
  private static KernelCall.Gemm rowMajor(KernelCall.Gemm g) {
    if (g.c().colStride() == 1 || g.c().rowStride() != 1 || g.bias().isPresent()) {
      return g;
    }
    return new KernelCall.Gemm(
        g.batch(),
        g.n(),
        g.m(),
        g.k(),
        g.b().transposed(),
        g.a().transposed(),
        g.c().transposed(),
        transposed(g.init()),
        g.alpha(),
        g.bias(),
        g.activation(),
        transposed(g.preActivation()),
        transposed(g.gate()),
        transposed(g.residual()));
  }

  private static Matrix transposed(Matrix x) {
    return x.isPresent() ? x.transposed() : x;
  }

  private void multiply() {
    Scratch scratch = Scratch.borrow();
    try {
      int depth = Math.clamp(g.k(), 1, pass);
      int atOnce = Math.clamp(SHARED / ((long) panels(depth, block) * sharedSize), 1, sharedCount);
      k0 = 0;
      do {
        k1 = (int) Math.min((long) k0 + depth, g.k());
        for (from = 0; from < sharedCount; from = to) {
          to = Math.min(from + atOnce, sharedCount);
          pass(scratch);
        }
        k0 = k1;
      } while (k1 < g.k());
    } finally {
      scratch.giveBack();
    }
  }

  /**
   * Packs the shared panels {@code from .. to} for {@code k0 .. k1} and runs every tile on them.
   */
  private void pass(Scratch scratch) {
    int panels = to - from;
    shared = scratch.floats(SHARED_SLOT, panelSize() * panels);
    int packed = (int) Math.max(1, (1 << 15) / panelSize());
    int packs = panels(panels, packed);
    int tasks = groups + streamCount - groups * group;
    if (!parallel) {
      packShared(0, panels);
      for (int task = 0; task < tasks; task++) {
        stream(task, scratch);
      }
      return;
    }
    Workers.run(packs, task -> packShared(task * packed, Math.min(panels, (task + 1) * packed)));
    Workers.run(
        tasks,
        task -> {
          Scratch own = Scratch.borrow();
          try {
            stream(task, own);
          } finally {
            own.giveBack();
          }
        });
  }

  /** Floats of one shared panel of a pass. */
  private long panelSize() {
    return (long) Math.max(1, panels(k1 - k0, block)) * sharedSize;
  }

  private void packShared(int begin, int end) {
    long size = panelSize();
    for (int p = begin; p < end; p++) {
      for (int k = k0; k < k1; k += block) {
        pack(shareA, from + p, k, shared, (int) (p * size) + (k - k0) / block * sharedSize);
      }
    }
  }

  /** Packs steps {@code k ..} of panel {@code p} of A or B. */
  private void pack(boolean rows, int p, int k, float[] into, int at) {
    int depth = Math.min(block, k1 - k);
    if (rows) {
      Matrix a = g.a();
      int i = p * ROWS;
      long origin = a.index(batch, i, k);
      int count = Math.min(ROWS, g.m() - i);
      if (rowsOfA) {
        long base = a.buf().offset() + 4 * origin;
        long step = 4 * a.rowStride();
        Packing.copyRows(a.buf().segment(), base, step, count, depth, into, at, stride);
        return;
      }
      Packing.pack(a.buf(), origin, a.colStride(), a.rowStride(), depth, count, PANEL, into, at);
    } else if (kept != null) {
      kept.copy(p, k, depth, into, at);
    } else {
      Matrix b = g.b();
      int j = p * COLUMNS;
      long origin = b.index(batch, k, j);
      int count = Math.min(COLUMNS, g.n() - j);
      Packing.pack(b.buf(), origin, b.rowStride(), b.colStride(), depth, count, COLUMNS, into, at);
    }
  }

  /** Packs a task's panels of the other operand and multiplies them with all the shared ones. */
  private void stream(int task, Scratch scratch) {
    int begin = task < groups ? task * group : groups * group + task - groups;
    int end = begin + (task < groups ? group : 1);
    float[] packed = scratch.floats(STREAM_SLOT, (long) streamSize * group);
    float[] tile = scratch.floats(TILE_SLOT, Tile.FLOATS);
    float[] spare = scratch.floats(SPARE_SLOT, Tile.FLOATS);
    int k = k0;
    do {
      for (int p = begin; p < end; p++) {
        pack(!shareA, p, k, packed, (p - begin) * streamSize);
      }
      for (int q = from; q < to; q++) {
        int at = (int) ((q - from) * panelSize()) + (k - k0) / block * sharedSize;
        for (int p = begin; p < end; p++) {
          if (shareA) {
            tile(q, p, k, shared, at, packed, (p - begin) * streamSize, tile, spare);
          } else {
            tile(p, q, k, packed, (p - begin) * streamSize, shared, at, tile, spare);
          }
        }
      }
      k += block;
    } while (k < k1);
  }

  /** Carries tile (p, q) of C over the block of k from {@code k}. */
  private void tile(
      int p, int q, int k, float[] a, int ao, float[] b, int bo, float[] tile, float[] spare) {
    int i = p * ROWS;
    int j = q * COLUMNS;
    int rows = Math.min(ROWS, g.m() - i);
    int cols = Math.min(COLUMNS, g.n() - j);
    int depth = Math.min(block, g.k() - k);
    Matrix start = k == 0 ? g.init() : g.c();
    float[] from = GemmEpilogue.begin(start, batch, i, j, rows, cols, tile);
    if (rowsOfA) {
      StridedKernel.run(Tile.height(rows), depth, a, ao, stride, b, bo, from, 0, tile, 0);
    } else {
      PackedKernel.run(Tile.height(rows), depth, a, ao, PANEL, b, bo, from, 0, tile, 0);
    }
    if (k + depth >= g.k()) {
      GemmEpilogue.finish(g, batch, i, j, rows, cols, tile, spare);
    } else {
      GemmEpilogue.store(g.c(), batch, i, j, rows, cols, tile);
    }
  }
}
