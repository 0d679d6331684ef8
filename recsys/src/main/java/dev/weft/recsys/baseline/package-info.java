/**
 * Recommenders to be better than.
 *
 * <p>Here: methods that need no text, each in one file and one line of {@link
 * dev.weft.recsys.baseline.Baselines}. Not here: LLM-Rec ({@code llmrec}) and what measures them
 * all ({@code eval}). Start at {@code Popularity}. The command line may import this package; it
 * imports {@code data} and {@code eval}.
 *
 * <p>Decisions. Everything is fitted on the training interactions of a {@code Split} alone, also
 * for the test targets: a validation item is read as history and never counted. A baseline that is
 * weak by accident flatters everything beside it, hence two rules. Recent popularity breaks its
 * ties by popularity until then: on amazon-fkb most items have no interaction in a week, and ties
 * stand above the target; against 1,000 sampled items that is NDCG@10 4.81 % instead of 4.06 %. It
 * does not count the day on which the history ends: 4.91 % with that day, which is the day of the
 * target for three users in ten. And item-kNN keeps all neighbours: the matrix of 9,914 items has
 * few enough entries.
 */
@NullMarked
package dev.weft.recsys.baseline;

import org.jspecify.annotations.NullMarked;
