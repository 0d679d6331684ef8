package dev.weft.tensor.kernel;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.KernelCall.AttentionSpec;

/** Refuses attention calls whose numbers do not fit together, before anything is read. */
public final class AttentionShapes {
  private AttentionShapes() {}

  /** Checks a forward call. */
  public static void check(KernelCall.Attention call) {
    Segments segments = call.segments();
    check(segments, call.spec());
    queries("q", call.q(), segments, call.spec());
    keys("k", call.k(), segments, call.spec());
    keys("v", call.v(), segments, call.spec());
    queries("out", call.out(), segments, call.spec());
    buffer("logSumExp", call.logSumExp(), call.spec().heads() * segments.queries());
  }

  /** Checks a backward call. */
  public static void check(KernelCall.AttentionGrad call) {
    Segments segments = call.segments();
    AttentionSpec spec = call.spec();
    if (call.drelative().isPresent() && !spec.relative().isPresent()) {
      throw new IllegalArgumentException("attention: drelative needs a relative bias");
    }
    check(
        new KernelCall.Attention(
            call.q(), call.k(), call.v(), call.out(), call.logSumExp(), segments, spec));
    queries("dout", call.dout(), segments, spec);
    queries("dq", call.dq(), segments, spec);
    keys("dk", call.dk(), segments, spec);
    keys("dv", call.dv(), segments, spec);
    if (call.drelative().isPresent()) {
      buffer("drelative", call.drelative(), (long) spec.heads() * spec.relative().columns());
    }
    if (call.dbias().isPresent() && segments.count() > 0) {
      for (int s = 1; s < segments.count(); s++) {
        if (segments.queryLength()[s] != segments.queryLength()[0]
            || segments.keyLength()[s] != segments.keyLength()[0]) {
          throw new IllegalArgumentException(
              "attention: dbias needs sequences of one length, got %d x %d and %d x %d"
                  .formatted(
                      segments.queryLength()[0],
                      segments.keyLength()[0],
                      segments.queryLength()[s],
                      segments.keyLength()[s]));
        }
      }
      buffer("dbias", call.dbias(), spec.heads() * segments.queries() * segments.keyLength()[0]);
    }
  }

  private static void check(Segments segments, AttentionSpec spec) {
    int heads = spec.heads();
    int groups = spec.keyValueHeads();
    if (heads < 1 || groups < 1 || heads % groups != 0 || spec.headDim() < 1) {
      throw new IllegalArgumentException(
          "attention: expected heads a multiple of keyValueHeads and headDim of at least 1, got %d,"
                  .formatted(heads)
              + " %d and %d".formatted(groups, spec.headDim()));
    }
    if (!(spec.dropout() >= 0 && spec.dropout() < 1)) {
      throw new IllegalArgumentException(
          "attention: expected dropout in [0, 1), got " + spec.dropout());
    }
    if (spec.before() < 0 || spec.after() < 0) {
      throw new IllegalArgumentException(
          "attention: expected a window of at least 0 places, got %d before and %d after"
              .formatted(spec.before(), spec.after()));
    }
    if (!(spec.softcap() >= 0 && spec.softcap() < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "attention: expected softcap at least 0, got " + spec.softcap());
    }
    if (spec.relative().isPresent()) {
      int columns = spec.relative().columns();
      if (columns < 1) {
        throw new IllegalArgumentException(
            "attention: expected a relative bias of at least 1 column, got " + columns);
      }
      buffer("relative", spec.relative().table(), (long) heads * columns);
    }
    int count = segments.count();
    if (segments.queryLength().length != count
        || segments.keyStart().length != count
        || segments.keyLength().length != count
        || (spec.dropout() > 0 && segments.example().length != count)) {
      throw new IllegalArgumentException(
          "attention: expected segment arrays of length " + count + ", got another");
    }
    if (segments.hasPlaces()) {
      for (int s = 0; s < count; s++) {
        int queries = segments.queryLength()[s];
        places("query", segments.queryPlace(), segments.queryStart()[s], queries, s);
        places("key", segments.keyPlace(), segments.keyStart()[s], segments.keyLength()[s], s);
      }
    }
  }

  private static void places(String name, int[] places, int start, int length, int sequence) {
    if (start < 0 || (long) start + length > places.length) {
      throw new IllegalArgumentException(
          "attention: sequence %d: expected a place for %s rows %d .. %d, got %d places"
              .formatted(sequence, name, start, (long) start + length - 1, places.length));
    }
    long least = 0;
    for (int i = start; i < start + length; i++) {
      if (places[i] < least) {
        throw new IllegalArgumentException(
            "attention: sequence %d: expected ascending places from 0, got %s row %d at %d"
                .formatted(sequence, name, i, places[i]));
      }
      least = places[i] + 1L;
    }
  }

  private static void queries(String name, Heads x, Segments segments, AttentionSpec spec) {
    for (int s = 0; s < segments.count(); s++) {
      rows(name, x, segments.queryStart()[s], segments.queryLength()[s], spec.heads(), spec, s);
    }
  }

  private static void keys(String name, Heads x, Segments segments, AttentionSpec spec) {
    for (int s = 0; s < segments.count(); s++) {
      rows(name, x, segments.keyStart()[s], segments.keyLength()[s], spec.keyValueHeads(), spec, s);
    }
  }

  private static void rows(
      String name, Heads x, int start, int length, int heads, AttentionSpec spec, int sequence) {
    if (length == 0) {
      return;
    }
    long last =
        (start + length - 1L) * x.rowStride() + (heads - 1) * x.headStride() + spec.headDim() - 1;
    if (start < 0 || length < 0 || last >= x.buf().length() || x.buf().dtype() != DType.F32) {
      throw new IllegalArgumentException(
          "attention: sequence %d: expected %s to hold rows %d .. %d (F32 element %d), got %s of length %d"
              .formatted(
                  sequence,
                  name,
                  start,
                  start + length - 1,
                  last,
                  x.buf().dtype(),
                  x.buf().length()));
    }
  }

  private static void buffer(String name, Buf x, long length) {
    if (x.length() < length || x.dtype() != DType.F32) {
      throw new IllegalArgumentException(
          "attention: expected %s F32 of length %d, got %s of length %d"
              .formatted(name, length, x.dtype(), x.length()));
    }
  }
}
