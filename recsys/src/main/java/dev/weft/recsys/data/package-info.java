/**
 * Data sets: who took which item when, in which shop.
 *
 * <p>Here: the immutable {@link dev.weft.recsys.data.Dataset}, the reader and writer of RecBole's
 * atomic files, the leave-one-out {@link dev.weft.recsys.data.Split}, and {@link
 * dev.weft.recsys.data.Datasets}, which opens what a user names on the command line. Not here:
 * scores and metrics ({@code eval}), text and tokens ({@code llmrec}). Start at {@code Dataset}.
 * Everything in {@code recsys} may import this package; it imports nothing of ours.
 *
 * <p>The embedded {@link dev.weft.recsys.data.Sample} is simulated: its titles were written for it
 * one by one, its users and every purchase are drawn by the seeded {@link
 * dev.weft.recsys.data.Simulator} from interests that stand beside the titles and that no model
 * reads. It shows that a method works and what the dial {@code cross} does to it; figures on it
 * compare with nothing outside. {@link dev.weft.recsys.data.SimulatorConfig} documents every
 * parameter.
 *
 * <p>Decisions. Users and items are dense integers, because every model wants rows; names are
 * looked up at the edges. Sequences are handed out without a copy and must not be written to: an
 * evaluation of 7,734 users reads each of them dozens of times, and a copy per call would be most
 * of what a baseline allocates. Nothing is filtered on reading: a 5-core is the business of whoever
 * made the files, so that the counts of a report are those of the files. Interests of the sample
 * are a writer's judgement and not found in words or embeddings, else the sample would reward a
 * text model with the answer it was made from; times and domains of its users do not depend on the
 * dial, so that two settings differ in nothing else. Simulated items are not bought twice: {@code
 * full} ranking takes bought items out, and a target among them would be a gift.
 */
@NullMarked
package dev.weft.recsys.data;

import org.jspecify.annotations.NullMarked;
