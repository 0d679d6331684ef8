/**
 * The kernels on the JDK Vector API. Internal, and the only code that touches {@code
 * jdk.incubator.vector}.
 */
@NullMarked
package dev.weft.tensor.backend.vector;

import org.jspecify.annotations.NullMarked;
