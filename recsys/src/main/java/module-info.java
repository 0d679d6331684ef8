/** LLM-Rec, baselines, evaluation and the command line. */
module dev.weft.recsys {
  requires transitive dev.weft.lora;
  requires info.picocli;
  requires java.logging;
  requires java.management;
  requires transitive tools.jackson.databind;
  requires static org.jspecify;

  exports dev.weft.recsys.baseline;
  exports dev.weft.recsys.data;
  exports dev.weft.recsys.eval;
  exports dev.weft.recsys.llmrec;

  // picocli sets the options of commands by reflection.
  opens dev.weft.cli to
      info.picocli;
}
