/** Model families, tokenizers and checkpoints. */
module dev.weft.models {
  requires transitive dev.weft.nn;
  requires tools.jackson.databind;
  requires static org.jspecify;

  exports dev.weft.models;
  exports dev.weft.models.bart;
  exports dev.weft.models.bert;
  exports dev.weft.models.distilbert;
  exports dev.weft.models.gemma;
  exports dev.weft.models.generate;
  exports dev.weft.models.gpt2;
  exports dev.weft.models.gptneox;
  exports dev.weft.models.hub;
  exports dev.weft.models.inspect;
  exports dev.weft.models.llama;
  exports dev.weft.models.modernbert;
  exports dev.weft.models.mpnet;
  exports dev.weft.models.opt;
  exports dev.weft.models.roberta;
  exports dev.weft.models.t5;
  exports dev.weft.models.tokenizer;
}
