/**
 * Recommenders to be better than.
 *
 * <p>Here: methods that need no text. Those fitted in one pass are a file each and one line of
 * {@link dev.weft.recsys.baseline.Baselines}; {@link dev.weft.recsys.baseline.SasRec} is trained,
 * and so has sizes, settings, progress and files of its own. Not here: LLM-Rec ({@code llmrec}) and
 * what measures them all ({@code eval}). Start at {@code Popularity}. The command line may import
 * this package; it imports {@code data} and {@code eval}, and for SASRec {@code dev.weft.nn} and
 * the checkpoint reader of {@code dev.weft.models}.
 *
 * <p>Decisions. Everything is fitted on the training interactions of a {@code Split} alone, also
 * for the test targets: a validation item is read as history and never counted. A baseline that is
 * weak by accident flatters everything beside it, hence two rules. Recent popularity breaks its
 * ties by popularity until then: on amazon-fkb most items have no interaction in a week, and ties
 * stand above the target; against 1,000 sampled items that is NDCG@10 4.81 % instead of 4.06 %. It
 * does not count the day on which the history ends: 4.91 % with that day, which is the day of the
 * target for three users in ten. And item-kNN keeps all neighbours: the matrix of 9,914 items has
 * few enough entries.
 *
 * <p>SASRec predicts the next item at every position of a sequence in one pass; RecBole makes every
 * prefix an example of its own. On amazon-fkb an epoch over prefixes (batch 256) took 119 s of
 * processor time and reached a validation NDCG@10 of 1.00 %; an epoch over sequences (batch 64)
 * takes 21 s, and after 117 s it was at 1.86 %. Batches of 16 or 128 sequences (with three times
 * the learning rate) were no better after 300 s: 3.8 and 3.9 %, 64 has 3.9 %.
 */
@NullMarked
package dev.weft.recsys.baseline;

import org.jspecify.annotations.NullMarked;
