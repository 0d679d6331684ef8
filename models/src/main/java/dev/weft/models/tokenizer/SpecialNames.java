package dev.weft.models.tokenizer;

/**
 * The tokens that play a part, by name; whether the vocabulary has them is another question. A part
 * that no file names and that has no usual name is empty.
 */
record SpecialNames(
    String cls, String sep, String pad, String unk, String mask, String bos, String eos) {
  static final SpecialNames BERT =
      new SpecialNames("[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]", "", "");
}
