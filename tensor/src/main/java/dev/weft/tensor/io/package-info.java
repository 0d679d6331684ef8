/** Reading and writing safetensors files, one or many shards, mapped into memory. */
@NullMarked
package dev.weft.tensor.io;

import org.jspecify.annotations.NullMarked;
