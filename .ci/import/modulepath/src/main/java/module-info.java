module line {
  requires dev.weft.tensor;
}
