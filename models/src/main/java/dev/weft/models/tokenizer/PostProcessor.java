package dev.weft.models.tokenizer;

import java.util.List;

/**
 * Puts special tokens round the tokens of a text; the {@code post_processor} of a tokenizer.json.
 */
sealed interface PostProcessor {
  /** What an encoding of one text consists of, in order. */
  List<Part> single();

  /** What an encoding of two texts consists of, in order. */
  List<Part> pair();

  /** A part of an encoding. */
  sealed interface Part {
    /** The tokens of the first (0) or second (1) text. */
    record Text(int sequence, int typeId) implements Part {}

    /** A special token. */
    record Special(String token, int id, int typeId) implements Part {}
  }

  /** Fixed sequences of parts: what TemplateProcessing and BertProcessing both come to. */
  record Template(List<Part> single, List<Part> pair) implements PostProcessor {
    /** The texts alone: what a null {@code post_processor} means. */
    static final Template BARE =
        new Template(
            List.of(new Part.Text(0, 0)), List.of(new Part.Text(0, 0), new Part.Text(1, 1)));

    public Template {
      single = List.copyOf(single);
      pair = List.copyOf(pair);
    }

    static Template bert(Part.Special cls, Part.Special sep) {
      Part text = new Part.Text(0, 0);
      Part second = new Part.Text(1, 1);
      Part end = new Part.Special(sep.token(), sep.id(), 1);
      return new Template(List.of(cls, text, sep), List.of(cls, text, sep, second, end));
    }
  }
}
