package dev.weft.models.tokenizer;

/** The tokens that play a part, by name; whether the vocabulary has them is another question. */
record SpecialNames(String cls, String sep, String pad, String unk, String mask) {
  static final SpecialNames BERT = new SpecialNames("[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]");
}
