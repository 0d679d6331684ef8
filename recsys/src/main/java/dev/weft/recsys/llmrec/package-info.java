/** LLM-Rec: a recommender that reads a user's history across domains as one text. */
@NullMarked
package dev.weft.recsys.llmrec;

import org.jspecify.annotations.NullMarked;
