/** LoRA adapters and the training loop. */
module dev.weft.lora {
  requires transitive dev.weft.models;
  requires tools.jackson.databind;
  requires static org.jspecify;

  exports dev.weft.lora;
  exports dev.weft.lora.train;
}
