package dev.weft.models.tokenizer;

/** Whether special tokens are put round a text when encoding, and written when decoding. */
public enum SpecialTokens {
  WITH,
  WITHOUT
}
