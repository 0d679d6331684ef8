package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.RegexNode.Anchor;
import dev.weft.models.tokenizer.RegexProgram.Instruction;
import java.util.Arrays;

/** Runs a {@link RegexProgram} over one text; belongs to one thread. */
final class RegexMatcher {
  /** Steps a text may cost in all: a second or so, where a sane pattern takes a few a character. */
  private static final long MAX_STEPS = 100_000_000;

  private static final int MAX_STACK = 1 << 26;

  /**
   * A frame of the stack is three numbers. The first is the instruction to go on with at a place
   * from [second, third], the last one first; or one of these; or, below them, the complement of a
   * lazy repetition, with its place and how much more it may take.
   */
  private static final int MARKED = -1; // mark, place

  private static final int NOTED = -2; // register, what it held
  private static final int FRAME = 3;

  private final Instruction[] code;
  private final int[] text;
  private final int from;
  private final int to;
  private final int[] registers;
  private int[] stack = new int[32 * FRAME];
  private int top;
  private long steps;

  RegexMatcher(RegexProgram program, int[] text, int from, int to) {
    this.code = program.instructions();
    this.registers = new int[program.registers()];
    this.text = text;
    this.from = from;
    this.to = to;
  }

  /**
   * The end of the match that starts at a place, or -1.
   *
   * @throws IllegalArgumentException if the search takes too many steps
   */
  int match(int start) {
    top = 0;
    int pc = 0;
    int at = start;
    while (true) {
      if (++steps > MAX_STEPS) {
        throw tooMuch();
      }
      Instruction instruction = code[pc];
      int x = instruction.x();
      int next = pc + 1;
      boolean fails = false;
      switch (instruction.op) {
        case MATCH -> {
          return at;
        }
        case ONE -> {
          fails = at == to || !instruction.set.contains(text[at]);
          at++;
        }
        case SOME_GREEDY -> {
          int end = run(instruction.set, at, instruction.y());
          fails = end - at < x;
          if (end - at > x) {
            push(next, at + x, end - 1);
          }
          at = end;
        }
        case SOME_POSSESSIVE -> {
          int end = run(instruction.set, at, instruction.y());
          fails = end - at < x;
          at = end;
        }
        case SOME_LAZY -> {
          int end = run(instruction.set, at, x);
          fails = end - at < x;
          if (!fails && instruction.y() > x) {
            push(NOTED - 1 - pc, end, instruction.y() - x);
          }
          at = end;
        }
        case JUMP -> next = x;
        case SPLIT -> push(x, at, at);
        case SPLIT_ON -> {
          if (at == to || !instruction.set.contains(text[at])) {
            next = x;
          } else {
            push(x, at, at);
          }
        }
        case ENTER -> {
          push(NOTED, x, registers[x]);
          registers[x] = at;
        }
        case LEAVE_IF_EMPTY -> next = registers[x] == at ? instruction.y() : next;
        case MARK -> push(MARKED, x, at);
        case MARK_OR -> {
          push(instruction.y(), at, at);
          push(MARKED, x, at);
        }
        case COMMIT -> forget(x);
        case COMMIT_BACK -> at = forget(x);
        case COMMIT_FAIL -> {
          forget(x);
          top -= FRAME; // what MARK_OR would go on with
          fails = true;
        }
        case BACK -> {
          fails = at - from < x;
          at -= x;
        }
        case ANCHOR -> fails = !holds(instruction.anchor, at);
      }
      if (!fails) {
        pc = next;
        continue;
      }
      pc = fail();
      if (pc < 0) {
        return -1;
      }
      at = resumed;
    }
  }

  private int resumed;

  /** Goes back to the last choice: the instruction to go on with, at {@link #resumed}, or -1. */
  private int fail() {
    while (top > 0) {
      int frame = top - FRAME;
      int kind = stack[frame];
      int second = stack[frame + 1];
      int third = stack[frame + 2];
      if (kind >= 0) {
        resumed = third;
        if (third > second) {
          stack[frame + 2] = third - 1;
        } else {
          top = frame;
        }
        return kind;
      }
      if (kind < NOTED) {
        int pc = NOTED - 1 - kind;
        if (third > 0 && second < to && code[pc].set.contains(text[second])) {
          stack[frame + 1] = second + 1;
          stack[frame + 2] = third - 1;
          resumed = second + 1;
          return pc + 1;
        }
      } else if (kind == NOTED) {
        registers[second] = third;
      }
      top = frame;
    }
    return -1;
  }

  /** Where a run of at most so many members of a set ends. */
  private int run(CharSet set, int at, int most) {
    int limit = most < to - at ? at + most : to;
    int end = at;
    while (end < limit && set.contains(text[end])) {
      end++;
    }
    steps += (end - at) >>> 3; // much cheaper than other steps, but a long run is not free
    return end;
  }

  private void push(int first, int second, int third) {
    if (top == stack.length) {
      if (top >= MAX_STACK) {
        throw tooMuch();
      }
      stack = Arrays.copyOf(stack, 2 * top);
    }
    stack[top] = first;
    stack[top + 1] = second;
    stack[top + 2] = third;
    top += FRAME;
  }

  /** Forgets all frames down to a mark, and that; the place that was marked. */
  private int forget(int mark) {
    do {
      top -= FRAME;
    } while (stack[top] != MARKED || stack[top + 1] != mark);
    return stack[top + 2];
  }

  private boolean holds(Anchor anchor, int at) {
    return switch (anchor) {
      case LINE_START -> at == from || (at < to && text[at - 1] == '\n');
      case LINE_END -> at == to || text[at] == '\n';
      case TEXT_START -> at == from;
      case TEXT_END -> at == to;
      case TEXT_END_OR_LAST_NEWLINE -> at == to || (at == to - 1 && text[at] == '\n');
      case WORD_BOUNDARY -> isWord(at - 1) != isWord(at);
      case NO_WORD_BOUNDARY -> isWord(at - 1) == isWord(at);
    };
  }

  private boolean isWord(int at) {
    return at >= from && at < to && RegexClasses.wordAlone().contains(text[at]);
  }

  private IllegalArgumentException tooMuch() {
    return new IllegalArgumentException(
        "a regular expression of the tokenizer takes more than %d steps on a text of %d characters"
            .formatted(MAX_STEPS, to - from));
  }
}
