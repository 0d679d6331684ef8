/**
 * The benchmarks, a file each, and the models and data they need. The table of a benchmark is in
 * its cases; how sides are measured is in {@link dev.weft.bench.Comparison}.
 *
 * <p>Models of published shapes have random weights: speed does not depend on them, and nothing has
 * to be downloaded.
 */
@NullMarked
package dev.weft.bench.suite;

import org.jspecify.annotations.NullMarked;
