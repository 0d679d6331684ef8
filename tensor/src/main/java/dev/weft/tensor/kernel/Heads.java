package dev.weft.tensor.kernel;

/**
 * Rows of attention heads inside one {@link Buf}: element (row, head, d) lies at {@code row *
 * rowStride + head * headStride + d}. Packed activations [tokens, N * D] are (N * D, D); a dense
 * [B, N, T, D] is (D, T * D) with each sequence starting at row {@code b * N * T}.
 */
public record Heads(Buf buf, long rowStride, long headStride) {}
