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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression as instructions for {@link RegexMatcher}. Backtracking goes over a stack of
 * its own, so no text is too long for it.
 */
final class RegexProgram {
  /** The operations; x and y are the numbers of an instruction. */
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

  private static final int MAX_SIZE = 1 << 14;

  /** An operation with its numbers, its set and its anchor where it has them. */
  static final class Instruction {
    final Op op;
    final CharSet set;
    final Anchor anchor;
    private int x;
    private int y;

    private Instruction(Op op, int x, int y, CharSet set, Anchor anchor) {
      this.op = op;
      this.x = x;
      this.y = y;
      this.set = set;
      this.anchor = anchor;
    }

    int x() {
      return x;
    }

    int y() {
      return y;
    }
  }

  private final RegexScanner source;
  private final List<Instruction> code = new ArrayList<>();
  private int registers;
  private Instruction[] instructions = {};
  private @Nullable CharSet first;

  private RegexProgram(RegexScanner source) {
    this.source = source;
  }

  static RegexProgram compile(String source) {
    RegexProgram program = new RegexProgram(new RegexScanner(source));
    RegexNode node = RegexParser.parse(source);
    program.first = RegexFirst.of(node);
    program.emit(node);
    program.add(Op.MATCH, 0, 0);
    program.instructions = program.code.toArray(Instruction[]::new);
    return program;
  }

  int registers() {
    return registers;
  }

  Instruction[] instructions() {
    return instructions;
  }

  /** The code points a match can start with, or null where it may be empty. */
  @Nullable CharSet first() {
    return first;
  }

  private Instruction add(Op op, int x, int y) {
    return add(new Instruction(op, x, y, CharSet.EMPTY, Anchor.TEXT_START));
  }

  private Instruction add(Op op, int x, int y, CharSet set) {
    return add(new Instruction(op, x, y, set, Anchor.TEXT_START));
  }

  private Instruction add(Instruction instruction) {
    if (code.size() == MAX_SIZE) {
      throw source.error("too many repetitions to write out");
    }
    code.add(instruction);
    return instruction;
  }

  private void emit(RegexNode node) {
    switch (node) {
      case One(CharSet one) -> add(Op.ONE, 0, 0, one);
      case All(List<RegexNode> nodes) -> nodes.forEach(this::emit);
      case Either(List<RegexNode> nodes) -> either(nodes);
      case Repeat repeat -> repeat(repeat);
      case Atomic(RegexNode inner) -> {
        int mark = registers++;
        add(Op.MARK, mark, 0);
        emit(inner);
        add(Op.COMMIT, mark, 0);
      }
      case Look look -> look(look);
      case Anchor anchor -> add(new Instruction(Op.ANCHOR, 0, 0, CharSet.EMPTY, anchor));
    }
  }

  private void either(List<RegexNode> nodes) {
    List<Instruction> ends = new ArrayList<>();
    for (RegexNode node : nodes.subList(0, nodes.size() - 1)) {
      CharSet starts = RegexFirst.of(node);
      Instruction split = starts == null ? add(Op.SPLIT, 0, 0) : add(Op.SPLIT_ON, 0, 0, starts);
      emit(node);
      ends.add(add(Op.JUMP, 0, 0));
      split.x = code.size();
    }
    emit(nodes.getLast());
    ends.forEach(end -> end.x = code.size());
  }

  private void repeat(Repeat repeat) {
    if (repeat.node() instanceof One(CharSet one)) {
      Op op =
          switch (repeat.greed()) {
            case GREEDY -> Op.SOME_GREEDY;
            case LAZY -> Op.SOME_LAZY;
            case POSSESSIVE -> Op.SOME_POSSESSIVE;
          };
      add(op, repeat.min(), repeat.max(), one);
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
    int start = code.size();
    Instruction leave = choice(lazy);
    add(Op.ENTER, register, 0);
    emit(node);
    Instruction empty = add(Op.LEAVE_IF_EMPTY, register, 0);
    add(Op.JUMP, start, 0);
    leave.x = code.size();
    empty.y = code.size();
  }

  private void optional(RegexNode node, int times, boolean lazy) {
    List<Instruction> leaves = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      leaves.add(choice(lazy));
      emit(node);
    }
    leaves.forEach(leave -> leave.x = code.size());
  }

  /** Go on or leave, whichever is to be tried first; the instruction that leaves. */
  private Instruction choice(boolean leaveFirst) {
    if (!leaveFirst) {
      return add(Op.SPLIT, 0, 0);
    }
    add(Op.SPLIT, code.size() + 2, 0);
    return add(Op.JUMP, 0, 0);
  }

  private void look(Look look) {
    int mark = registers++;
    Instruction start = add(look.negative() ? Op.MARK_OR : Op.MARK, mark, 0);
    if (look.ahead()) {
      emit(look.node());
    } else {
      behind(look.node());
    }
    add(look.negative() ? Op.COMMIT_FAIL : Op.COMMIT_BACK, mark, 0);
    start.y = code.size();
  }

  /** Alternatives of one length each; they are matched forward from so far back. */
  private void behind(RegexNode node) {
    List<RegexNode> nodes = node instanceof Either(List<RegexNode> all) ? all : List.of(node);
    List<Instruction> ends = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Integer length = RegexFirst.length(nodes.get(i));
      if (length == null) {
        throw source.error("a look behind of no one length");
      }
      boolean last = i == nodes.size() - 1;
      Instruction split = last ? null : add(Op.SPLIT, 0, 0);
      add(Op.BACK, length, 0);
      emit(nodes.get(i));
      if (split != null) {
        ends.add(add(Op.JUMP, 0, 0));
        split.x = code.size();
      }
    }
    ends.forEach(end -> end.x = code.size());
  }
}
