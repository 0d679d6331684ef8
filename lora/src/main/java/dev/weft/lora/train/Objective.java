package dev.weft.lora.train;

import java.util.List;

/** What a training run learns: the batches of its steps and their losses. */
@FunctionalInterface
public interface Objective {
  /**
   * The micro-batches of a step, counted from 0; one or more. They depend on the step and on what
   * the objective was made with, never on earlier calls.
   */
  List<MicroBatch> step(long step);
}
