package dev.weft.bench.peer;

import dev.weft.bench.Contender;
import dev.weft.bench.Machine;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * The system's OpenBLAS. It picks its kernels when it is loaded, by a list of processors that may
 * not know this one; where the processor has AVX-512 and is not Intel's it is told to take the
 * Skylake-X kernels (on an AMD EPYC its own choice ran at half their speed). OPENBLAS_CORETYPE in
 * the environment has the last word.
 */
public final class OpenBlas implements GemmPeer {
  private static final String CORE_TYPE = "OPENBLAS_CORETYPE";
  private static final List<String> NAMES =
      List.of("libopenblas.so.0", "libopenblas.so", "libopenblas.dylib");
  private static final String HOW =
      "install the system's libopenblas (Debian, Ubuntu: apt-get install libopenblas0-pthread)";

  // cblas.h
  private static final int ROW_MAJOR = 101;
  private static final int NO_TRANS = 111;
  private static final int TRANS = 112;

  private final MethodHandle sgemm;
  private final MethodHandle setThreads;
  private final String version;

  private OpenBlas(MethodHandle sgemm, MethodHandle setThreads, String version) {
    this.sgemm = sgemm;
    this.setThreads = setThreads;
    this.version = version;
  }

  /**
   * Loads it.
   *
   * @throws AbsentPeerException when the system has none
   */
  public static OpenBlas open() throws IOException {
    Linker linker = Linker.nativeLinker();
    if (System.getenv(CORE_TYPE) == null && Machine.hasAvx512() && !Machine.isIntel()) {
      setEnvironment(linker);
    }
    SymbolLookup library = library();
    MethodHandle sgemm =
        linker.downcallHandle(
            library.findOrThrow("cblas_sgemm"),
            FunctionDescriptor.ofVoid(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_FLOAT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_FLOAT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    MethodHandle setThreads =
        linker.downcallHandle(
            library.findOrThrow("openblas_set_num_threads"),
            FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
    String config = text(linker, library, "openblas_get_config");
    String core = text(linker, library, "openblas_get_corename");
    String[] words = config.split(" ", -1);
    String number = words.length > 1 ? words[1] : config;
    return new OpenBlas(sgemm, setThreads, number + ", " + core + " kernels");
  }

  private static SymbolLookup library() {
    IllegalArgumentException last = null;
    for (String name : NAMES) {
      try {
        return SymbolLookup.libraryLookup(name, Arena.global());
      } catch (IllegalArgumentException e) {
        last = e;
      }
    }
    throw new AbsentPeerException("openblas", HOW, last == null ? new IOException("none") : last);
  }

  /** Sets the variable in this process: Java's copy of the environment is not what C reads. */
  private static void setEnvironment(Linker linker) {
    MethodHandle setenv =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setenv"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int status =
          (int)
              setenv.invokeExact(arena.allocateFrom(CORE_TYPE), arena.allocateFrom("SKYLAKEX"), 0);
      if (status != 0) {
        throw new IllegalStateException("setenv " + CORE_TYPE + " failed");
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static String text(Linker linker, SymbolLookup library, String function) {
    MethodHandle handle =
        linker.downcallHandle(
            library.findOrThrow(function), FunctionDescriptor.of(ValueLayout.ADDRESS));
    try {
      MemorySegment text = (MemorySegment) handle.invokeExact();
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static IllegalStateException unexpected(Throwable e) {
    return new IllegalStateException("OpenBLAS: a call failed", e);
  }

  @Override
  public String name() {
    return "openblas";
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public Prepared prepare(
      Product product, MemorySegment a, MemorySegment b, MemorySegment c, int threads) {
    return new Prepared() {
      @Override
      public Contender contender() {
        return () -> {
          threads(threads);
          return Contender.of(() -> run(product, a, b, c)).seconds();
        };
      }

      @Override
      public void fetch() {} // it writes to the caller's memory

      @Override
      public void close() {}
    };
  }

  private void threads(int count) {
    try {
      setThreads.invokeExact(count);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private void run(Product p, MemorySegment a, MemorySegment b, MemorySegment c) {
    long mk = 4L * p.m() * p.k();
    long kn = 4L * p.k() * p.n();
    long mn = 4L * p.m() * p.n();
    int trans = p.transposed() ? TRANS : NO_TRANS;
    int bColumns = p.transposed() ? p.k() : p.n();
    try {
      for (int i = 0; i < p.batch(); i++) {
        sgemm.invokeExact(
            ROW_MAJOR,
            NO_TRANS,
            trans,
            p.m(),
            p.n(),
            p.k(),
            1f,
            a.asSlice(i * mk, mk),
            p.k(),
            b.asSlice(i * kn, kn),
            bColumns,
            0f,
            c.asSlice(i * mn, mn),
            p.n());
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  @Override
  public void close() {} // a library stays loaded until the process ends
}
