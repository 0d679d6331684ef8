package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.RegexNode.All;
import dev.weft.models.tokenizer.RegexNode.Anchor;
import dev.weft.models.tokenizer.RegexNode.Atomic;
import dev.weft.models.tokenizer.RegexNode.Either;
import dev.weft.models.tokenizer.RegexNode.Greed;
import dev.weft.models.tokenizer.RegexNode.Look;
import dev.weft.models.tokenizer.RegexNode.One;
import dev.weft.models.tokenizer.RegexNode.Repeat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression as instructions for {@link RegexMatcher}: an operation, up to three numbers
 * and perhaps a set. Backtracking goes over a stack of its own, so no text is too long for it.
 */
final class RegexProgram {
  /** The operations; x, y and z are the numbers of an instruction, pc is the next one. */
  enum Op {
    /** The match is complete. */
    MATCH,
    /** One code point of the set. */
    ONE,
    /** x to y code points of the set, as many as can be, giving back one by one. */
    SOME_GREEDY,
    /** x to y code points of the set, as few as can be. */
    SOME_LAZY,
    /** x to y code points of the set, as many as can be. */
    SOME_POSSESSIVE,
    /** Goes to x. */
    JUMP,
    /** Tries what follows, then x. */
    SPLIT,
    /** As SPLIT, but at once to x where the next code point is not of the set. */
    SPLIT_ON,
    /** Notes the place in register x. */
    ENTER,
    /** Goes to y if nothing was taken since register x was set: an empty round ends a loop. */
    LEAVE_IF_EMPTY,
    /** Marks the stack for x, to come back to. */
    MARK,
    /** Forgets all choices since mark x. */
    COMMIT,
    /** Forgets all choices since mark x and goes back to where it was. */
    COMMIT_BACK,
    /** Tries what follows as far as the mark x; if it fails goes to y. */
    MARK_OR,
    /** Forgets all since mark x, that one with it, and fails. */
    COMMIT_FAIL,
    /** Goes back x code points, or fails. */
    BACK,
    /** An anchor. */
    ANCHOR
  }

  private static final int MAX_SIZE = 1 << 16;

  /** Numbers an instruction. */
  static final int STRIDE = 4;

  private final RegexScanner source;
  private int[] code = new int[64];
  private final List<CharSet> sets = new ArrayList<>();
  private int size;
  private int registers;
  private CharSet[] setArray = {};
  private @Nullable CharSet first;

  private RegexProgram(RegexScanner source) {
    this.source = source;
  }

  static RegexProgram compile(String source) {
    RegexProgram program = new RegexProgram(new RegexScanner(source));
    RegexNode node = RegexParser.parse(source);
    program.first = RegexFirst.of(node);
    program.emit(node);
    program.add(Op.MATCH, 0, 0, 0);
    program.setArray = program.sets.toArray(CharSet[]::new);
    return program;
  }

  int registers() {
    return registers;
  }

  /** Operation, x, y and z, or the number of a set, of each instruction. */
  int[] code() {
    return code;
  }

  CharSet[] sets() {
    return setArray;
  }

  /** The code points a match can start with, or null where it may be empty. */
  @Nullable CharSet first() {
    return first;
  }

  private int add(Op op, int x, int y, int z) {
    if (size == code.length) {
      if (size >= STRIDE * MAX_SIZE) {
        throw source.error("too many repetitions to write out");
      }
      code = Arrays.copyOf(code, 2 * size);
    }
    int at = size;
    code[size++] = op.ordinal();
    code[size++] = x;
    code[size++] = y;
    code[size++] = z;
    return at;
  }

  private int set(CharSet set) {
    sets.add(set);
    return sets.size() - 1;
  }

  private void patchX(int at) {
    code[at + 1] = size;
  }

  private void patchY(int at) {
    code[at + 2] = size;
  }

  private void emit(RegexNode node) {
    switch (node) {
      case One(CharSet one) -> add(Op.ONE, 0, 0, set(one));
      case All(List<RegexNode> nodes) -> nodes.forEach(this::emit);
      case Either(List<RegexNode> nodes) -> either(nodes);
      case Repeat repeat -> repeat(repeat);
      case Atomic(RegexNode inner) -> {
        int mark = registers++;
        add(Op.MARK, mark, 0, 0);
        emit(inner);
        add(Op.COMMIT, mark, 0, 0);
      }
      case Look look -> look(look);
      case Anchor anchor -> add(Op.ANCHOR, anchor.ordinal(), 0, 0);
    }
  }

  private void either(List<RegexNode> nodes) {
    int[] ends = new int[nodes.size()];
    for (int i = 0; i < nodes.size(); i++) {
      boolean last = i == nodes.size() - 1;
      CharSet first = RegexFirst.of(nodes.get(i));
      int split =
          last ? -1 : first == null ? add(Op.SPLIT, 0, 0, 0) : add(Op.SPLIT_ON, 0, 0, set(first));
      emit(nodes.get(i));
      if (!last) {
        ends[i] = add(Op.JUMP, 0, 0, 0);
        patchX(split);
      }
    }
    for (int i = 0; i + 1 < ends.length; i++) {
      patchX(ends[i]);
    }
  }

  private void repeat(Repeat repeat) {
    if (repeat.node() instanceof One(CharSet one)) {
      Op op =
          switch (repeat.greed()) {
            case GREEDY -> Op.SOME_GREEDY;
            case LAZY -> Op.SOME_LAZY;
            case POSSESSIVE -> Op.SOME_POSSESSIVE;
          };
      add(op, repeat.min(), repeat.max(), set(one));
      return;
    }
    if (repeat.greed() == Greed.POSSESSIVE) {
      emit(new Atomic(new Repeat(repeat.node(), repeat.min(), repeat.max(), Greed.GREEDY)));
      return;
    }
    for (int i = 0; i < repeat.min(); i++) {
      emit(repeat.node());
    }
    if (repeat.max() == Integer.MAX_VALUE) {
      loop(repeat.node(), repeat.greed() == Greed.LAZY);
    } else {
      optional(repeat.node(), repeat.max() - repeat.min(), repeat.greed() == Greed.LAZY);
    }
  }

  private void loop(RegexNode node, boolean lazy) {
    int register = registers++;
    int skip = lazy ? add(Op.SPLIT, size + 2 * STRIDE, 0, 0) : -1;
    int leave = lazy ? add(Op.JUMP, 0, 0, 0) : add(Op.SPLIT, 0, 0, 0);
    int start = lazy ? skip : leave;
    add(Op.ENTER, register, 0, 0);
    emit(node);
    int empty = add(Op.LEAVE_IF_EMPTY, register, 0, 0);
    add(Op.JUMP, start, 0, 0);
    patchX(leave);
    patchY(empty);
  }

  private void optional(RegexNode node, int times, boolean lazy) {
    int[] leaves = new int[times];
    for (int i = 0; i < times; i++) {
      if (lazy) {
        add(Op.SPLIT, size + 2 * STRIDE, 0, 0);
        leaves[i] = add(Op.JUMP, 0, 0, 0);
      } else {
        leaves[i] = add(Op.SPLIT, 0, 0, 0);
      }
      emit(node);
    }
    for (int leave : leaves) {
      patchX(leave);
    }
  }

  private void look(Look look) {
    int mark = registers++;
    int start = add(look.negative() ? Op.MARK_OR : Op.MARK, mark, 0, 0);
    if (look.ahead()) {
      emit(look.node());
    } else {
      behind(look.node());
    }
    if (look.negative()) {
      add(Op.COMMIT_FAIL, mark, 0, 0);
      patchY(start);
    } else {
      add(Op.COMMIT_BACK, mark, 0, 0);
    }
  }

  /** Alternatives of one length each; they are matched forward from so far back. */
  private void behind(RegexNode node) {
    List<RegexNode> nodes = node instanceof Either(List<RegexNode> all) ? all : List.of(node);
    int[] ends = new int[nodes.size()];
    for (int i = 0; i < nodes.size(); i++) {
      @Nullable Integer length = RegexFirst.length(nodes.get(i));
      if (length == null) {
        throw source.error("a look behind of no one length");
      }
      boolean last = i == nodes.size() - 1;
      int split = last ? -1 : add(Op.SPLIT, 0, 0, 0);
      add(Op.BACK, length, 0, 0);
      emit(nodes.get(i));
      if (!last) {
        ends[i] = add(Op.JUMP, 0, 0, 0);
        patchX(split);
      }
    }
    for (int i = 0; i + 1 < ends.length; i++) {
      patchX(ends[i]);
    }
  }
}
