/** Layers, losses and optimisers. */
module dev.weft.nn {
  requires transitive dev.weft.tensor;
  requires static org.jspecify;

  exports dev.weft.nn;
  exports dev.weft.nn.loss;
  exports dev.weft.nn.optim;
}
