/**
 * The way from a directory or a name to a model: configuration, weights, pooling and maximum length
 * as published.
 */
@NullMarked
package dev.weft.models;

import org.jspecify.annotations.NullMarked;
