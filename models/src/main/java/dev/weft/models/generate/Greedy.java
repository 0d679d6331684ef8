package dev.weft.models.generate;

import dev.weft.tensor.Run;
import dev.weft.tensor.Workspace;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/** Greedy decoding: the most probable token, the first of equals. */
public final class Greedy {
  private Greedy() {}

  /**
   * Goes on from a prompt.
   *
   * @param sequence reads the prompt and what is generated
   * @param rules may change the logits before a token is chosen
   * @param ends which tokens end the text; none is chosen after one
   * @param listener told each token as it is chosen
   */
  public static Generated generate(
      Continuation sequence,
      int[] prompt,
      LogitRules rules,
      int maxNewTokens,
      IntPredicate ends,
      IntConsumer listener) {
    if (prompt.length == 0) {
      throw new IllegalArgumentException("expected a prompt of at least one token, got none");
    }
    int[] all = Arrays.copyOf(prompt, Math.addExact(prompt.length, maxNewTokens));
    int[] unread = prompt;
    try (Workspace workspace = new Workspace()) {
      for (int made = 0; made < maxNewTokens; made++) {
        int[] tokens = unread;
        float[] logits = Run.evaluating(workspace).call(() -> sequence.next(tokens).toFloats());
        rules.apply(logits, all, prompt.length, prompt.length + made);
        int token = largest(logits);
        all[prompt.length + made] = token;
        listener.accept(token);
        if (ends.test(token)) {
          return new Generated(
              Arrays.copyOfRange(all, prompt.length, prompt.length + made + 1),
              Generated.End.END_OF_TEXT);
        }
        unread = new int[] {token};
      }
    }
    return new Generated(
        Arrays.copyOfRange(all, prompt.length, all.length), Generated.End.MAX_NEW_TOKENS);
  }

  private static int largest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }
}
