/**
 * Evaluation: what the next item's rank was, and what that says.
 *
 * <p>Here: {@link dev.weft.recsys.eval.Recommender}, the interface of every method that is
 * compared. Not here: the methods ({@code baseline}, {@code llmrec}). Start at {@code Evaluator}.
 * {@code baseline}, {@code llmrec}, {@code retrieval} and the command line may import this package;
 * it imports {@code data}.
 */
@NullMarked
package dev.weft.recsys.eval;

import org.jspecify.annotations.NullMarked;
