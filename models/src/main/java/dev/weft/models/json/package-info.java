/**
 * Small JSON files as trees.
 *
 * <p><b>Here:</b> {@link dev.weft.models.json.JsonTree}, and how messages quote what files say.
 * <b>Not here:</b> what the files mean. Not exported; the packages of this module import it.
 *
 * <p><b>Decision.</b> Trees are built from Jackson's token stream by our own hand and not by a
 * {@code JsonMapper}: a mapper loads 400 classes, 0.15 s of a fresh process, for a config of twenty
 * keys. It also lets a key that is there twice be an error with its line.
 */
@NullMarked
package dev.weft.models.json;

import org.jspecify.annotations.NullMarked;
