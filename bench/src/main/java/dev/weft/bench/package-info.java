/**
 * Benchmarks beside peers, from a source checkout; never published, imported by nothing.
 *
 * <p>Start at {@link dev.weft.bench.Comparison}, which takes turns between two sides; {@link
 * dev.weft.bench.Benchmarks} lists what there is, {@code suite} holds a file a benchmark, {@code
 * peer} what is measured against. A result ({@link dev.weft.bench.ResultJson}) is committed under
 * {@code bench/results}, and the README's tables are generated from there. Questions about a single
 * kernel go through JMH ({@code suite.KernelTimes}).
 *
 * <p>Turns, not one side after the other: on a shared machine the same code differs by a tenth from
 * one minute to the next. Rests between turns, since the threads of a peer spin on after its work.
 */
@NullMarked
package dev.weft.bench;

import org.jspecify.annotations.NullMarked;
