import dev.weft.models.SentenceEncoder;

/** Embeds two sentences with the model of a directory and prints how alike they are. */
final class Embed {
  public static void main(String[] args) throws Exception {
    try (SentenceEncoder encoder = SentenceEncoder.open(TinyModel.write().toString())) {
      float[] a = encoder.embed("a tent for two");
      float[] b = encoder.embed("a tent for four");
      double dot = 0;
      for (int i = 0; i < encoder.dimension(); i++) {
        dot += a[i] * b[i];
      }
      System.out.printf("cosine %.3f%n", dot);
      if (!(dot > 0.5 && dot < 1)) {
        throw new AssertionError("sentences that share most words: expected 0.5 to 1, got " + dot);
      }
    }
  }
}
