package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.RegexNode.All;
import dev.weft.models.tokenizer.RegexNode.Anchor;
import dev.weft.models.tokenizer.RegexNode.Atomic;
import dev.weft.models.tokenizer.RegexNode.Either;
import dev.weft.models.tokenizer.RegexNode.Look;
import dev.weft.models.tokenizer.RegexNode.One;
import dev.weft.models.tokenizer.RegexNode.Repeat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be said of a regular expression without a text: its first code points, its length. */
final class RegexFirst {
  private RegexFirst() {}

  /** The code points a match can start with, or null where it may be empty. */
  static @Nullable CharSet of(RegexNode node) {
    return switch (node) {
      case One(CharSet set) -> set;
      case All(List<RegexNode> nodes) -> ofAll(nodes);
      case Either(List<RegexNode> nodes) -> {
        CharSet first = CharSet.EMPTY;
        for (RegexNode alternative : nodes) {
          CharSet own = of(alternative);
          if (own == null) {
            yield null;
          }
          first = first.or(own);
        }
        yield first;
      }
      case Repeat repeat -> repeat.min() == 0 ? null : of(repeat.node());
      case Atomic(RegexNode inner) -> of(inner);
      case Look _, Anchor _ -> null;
    };
  }

  /** Optional nodes in front may be skipped, so what is behind them may come first too. */
  private static @Nullable CharSet ofAll(List<RegexNode> nodes) {
    CharSet skipped = CharSet.EMPTY;
    for (RegexNode node : nodes) {
      CharSet own = of(node);
      if (own != null) {
        return skipped.or(own);
      }
      if (!(node instanceof Repeat repeat)) {
        return null;
      }
      CharSet maybe = of(repeat.node());
      if (maybe == null) {
        return null;
      }
      skipped = skipped.or(maybe);
    }
    return null;
  }

  /** How many code points every match has, or null where that differs. */
  static @Nullable Integer length(RegexNode node) {
    return switch (node) {
      case One _ -> 1;
      case All(List<RegexNode> nodes) -> {
        long sum = 0;
        for (RegexNode part : nodes) {
          Integer own = length(part);
          if (own == null || sum + own > Integer.MAX_VALUE) {
            yield null;
          }
          sum += own;
        }
        yield (int) sum;
      }
      case Either(List<RegexNode> nodes) -> {
        Integer first = length(nodes.getFirst());
        for (RegexNode alternative : nodes) {
          Integer own = length(alternative);
          if (first == null || !first.equals(own)) {
            yield null;
          }
        }
        yield first;
      }
      case Repeat repeat -> {
        Integer own = length(repeat.node());
        if (own == null
            || repeat.min() != repeat.max()
            || (long) own * repeat.min() > Integer.MAX_VALUE) {
          yield null;
        }
        yield own * repeat.min();
      }
      case Atomic(RegexNode inner) -> length(inner);
      case Look _, Anchor _ -> 0;
    };
  }
}
