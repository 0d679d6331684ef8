/** LoRA adapters and the training loop. */
module dev.weft.lora {
  requires transitive dev.weft.models;
  requires static org.jspecify;
}
