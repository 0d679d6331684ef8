/** Recommenders to compare with: popularity, item neighbours and SASRec. */
@NullMarked
package dev.weft.recsys.baseline;

import org.jspecify.annotations.NullMarked;
