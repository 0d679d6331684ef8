package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.EncodeOptions.Limit;
import dev.weft.models.tokenizer.PostProcessor.Part;
import dev.weft.models.tokenizer.PostProcessor.Trim;
import dev.weft.models.tokenizer.Tokenizer.Components;
import dev.weft.models.tokenizer.Truncation.Direction;
import dev.weft.models.tokenizer.Truncation.Kept;
import dev.weft.models.tokenizer.Truncation.Strategy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of texts laid out as an encoding: cut, offsets trimmed, special tokens put in, padded, in
 * this order.
 */
final class EncodingLayout {
  private final Components parts;
  private final boolean special;
  private final boolean padded;
  private final @Nullable Truncation truncation;

  EncodingLayout(Components parts, EncodeOptions options) {
    this.parts = parts;
    this.special = options.specialTokens() == SpecialTokens.WITH;
    this.padded = options.pad() == EncodeOptions.Pad.AS_FILE;
    this.truncation = truncation(parts.truncation(), options.limit());
  }

  private static @Nullable Truncation truncation(@Nullable Truncation file, Limit limit) {
    return switch (limit) {
      case Limit.None() -> null;
      case Limit.AsFile() -> file;
      case Limit.Tokens(int max) ->
          file == null || file.strategy() == Strategy.ONLY_SECOND
              ? new Truncation(direction(file), max, Strategy.LONGEST_FIRST, 0)
              : new Truncation(file.direction(), max, file.strategy(), file.stride());
    };
  }

  private static Direction direction(@Nullable Truncation file) {
    return file == null ? Direction.RIGHT : file.direction();
  }

  Encoding encode(String text) {
    Text only = tokenize(text, false);
    Kept kept = kept(only.tokens.length(), 0, false);
    only.cutTo(kept.first());
    return layOut(List.of(only));
  }

  Encoding encode(String first, String second) {
    Text a = tokenize(first, false);
    Text b = tokenize(second, true);
    Kept kept = kept(a.tokens.length(), b.tokens.length(), true);
    a.cutTo(kept.first());
    b.cutTo(kept.second());
    return layOut(List.of(a, b));
  }

  List<Encoding> encodeAll(List<String> texts) {
    List<Encoding> encodings = new ArrayList<>(texts.size());
    int longest = 0;
    for (String text : texts) {
      Encoding encoding = encode(text);
      encodings.add(encoding);
      longest = Math.max(longest, encoding.length());
    }
    if (padded) {
      Padding padding = padding();
      int target = padding.target(longest);
      encodings.replaceAll(encoding -> encoding.padded(padding, target));
    }
    return encodings;
  }

  private Text tokenize(String text, boolean second) {
    SourceText source = new SourceText(text);
    boolean mayBeCut =
        truncation != null && (second || truncation.strategy() != Strategy.ONLY_SECOND);
    TokenBuffer tokens =
        mayBeCut
            ? Pipeline.tokenize(parts, source, truncation.maxLength(), truncation.direction())
            : Pipeline.tokenize(parts, source, true);
    return new Text(source, tokens);
  }

  private Kept kept(int first, int second, boolean two) {
    if (truncation == null) {
      return new Kept(first, second);
    }
    int added = special ? parts.postProcessor().added(two) : 0;
    int max = truncation.maxLength();
    if (max < added) {
      throw new IllegalArgumentException(
          "max length " + max + " leaves no room for " + added + " special tokens");
    }
    return truncation.kept(max - added, first, second, two);
  }

  private Encoding layOut(List<Text> texts) {
    PostProcessor post = parts.postProcessor();
    for (Trim trim : post.trims()) {
      for (int i = 0; i < texts.size(); i++) {
        Text text = texts.get(i);
        boolean behindSpecial = special && (trim.behindSpecials() >> i & 1) == 1;
        trim.apply(text.tokens, this::text, text.from, text.to, behindSpecial);
      }
    }
    List<Part> template = post.parts(texts.size() == 2);
    int length = 0;
    for (Part part : template) {
      length +=
          switch (part) {
            case Part.Text t -> texts.get(t.sequence()).to - texts.get(t.sequence()).from;
            case Part.Special _ -> special ? 1 : 0;
          };
    }
    Encoding.Builder out = new Encoding.Builder(length);
    for (Part part : template) {
      switch (part) {
        case Part.Text t -> append(out, texts.get(t.sequence()), t);
        case Part.Special s -> {
          if (special) {
            out.special(s.id(), s.token(), s.typeId());
          }
        }
      }
    }
    Encoding encoding = out.build();
    if (!padded) {
      return encoding;
    }
    return encoding.padded(padding(), padding().target(length));
  }

  private void append(Encoding.Builder out, Text text, Part.Text as) {
    for (int i = text.from; i < text.to; i++) {
      out.text(text.tokens, i, text(text.tokens, i), text.source, as);
    }
  }

  private String text(TokenBuffer tokens, int i) {
    String written = tokens.written(i);
    return written != null ? written : parts.tokenOf(tokens.id(i));
  }

  private Padding padding() {
    if (parts.padding() == null) {
      throw new IllegalArgumentException("padding is asked for and the tokenizer's file has none");
    }
    return parts.padding();
  }

  /** The tokens of one text, of which [from, to) stay. */
  private final class Text {
    private final SourceText source;
    private final TokenBuffer tokens;
    private int from;
    private int to;

    Text(SourceText source, TokenBuffer tokens) {
      this.source = source;
      this.tokens = tokens;
      this.to = tokens.length();
    }

    void cutTo(int kept) {
      if (truncation != null && truncation.direction() == Direction.LEFT) {
        from = to - kept;
      } else {
        to = kept;
      }
    }
  }
}
