/** Benchmarks and end-to-end runs; never published. */
@NullMarked
package dev.weft.bench;

import org.jspecify.annotations.NullMarked;
