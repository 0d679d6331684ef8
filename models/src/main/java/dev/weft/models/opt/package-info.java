/** OPT; start at {@link dev.weft.models.opt.Opt}. */
@NullMarked
package dev.weft.models.opt;

import org.jspecify.annotations.NullMarked;
