/**
 * Evaluation: what the next item's rank was, and what that says.
 *
 * <p>Here: {@link dev.weft.recsys.eval.Recommender}, the interface of every method that is
 * compared; {@link dev.weft.recsys.eval.Evaluator}, which ranks each user's target by every
 * protocol; {@link dev.weft.recsys.eval.Evaluation}, the outcome by user and its means over slices;
 * JSON and a console table of them. Not here: the methods ({@code baseline}, {@code llmrec}). Start
 * at {@code Evaluator}. {@code baseline}, {@code llmrec}, {@code retrieval} and the command line
 * may import this package; it imports {@code data}, and Jackson for {@code metrics.json}.
 *
 * <p>Decisions. All protocols come from one pass over the scores, so none is left out for cost and
 * a sampled number never stands alone. The sampled one is the expectation over all draws: one draw
 * on amazon-fkb moves popularity's Recall@1 from 0.24 % to 0.28 %, and no two frameworks agree on a
 * random stream. Scores equal to the target's stand above it. Breaking ties at random instead, in
 * expectation, gives popularity there Recall@10 2.18 % instead of 2.15 %, and item-kNN NDCG@10 3.70
 * % instead of 3.68 %: mind that before comparing with numbers made elsewhere. Outcomes are kept by
 * user, which intervals, slices and questions nobody has asked yet all need; 7,734 users in five
 * protocols take 2 MB.
 */
@NullMarked
package dev.weft.recsys.eval;

import org.jspecify.annotations.NullMarked;
