/** The command line {@code weft}. */
@NullMarked
package dev.weft.cli;

import org.jspecify.annotations.NullMarked;
