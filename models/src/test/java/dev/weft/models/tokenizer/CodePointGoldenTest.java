package dev.weft.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every code point there is, through each normaliser and pre-tokenizer, against the Rust library.
 */
class CodePointGoldenTest {
  private static final int BLOCK = 4096;

  static Stream<String> classes() {
    return Goldens.objects("components/classes.jsonl.gz").stream()
        .map(node -> node.get("class").stringValue() + " " + node.get("sum").stringValue());
  }

  @ParameterizedTest
  @MethodSource("classes")
  void everyClassOfRegularExpressionsHasTheMembersItHasInOniguruma(String golden) {
    String[] fields = golden.split(" ", -1);
    int[] all =
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT).filter(c -> !isSurrogate(c)).toArray();
    Cuts cuts = Regex.compile(fields[0]).find(all, 0, all.length);
    CRC32 crc = new CRC32();
    for (int i = 0; i < cuts.count(); i++) {
      if (cuts.isMatch(i)) {
        crc.update(Character.toString(all[cuts.start(i)]).getBytes(StandardCharsets.UTF_8));
      }
    }
    assertThat("%08x".formatted(crc.getValue())).isEqualTo(fields[1]);
  }

  private static boolean isSurrogate(int c) {
    return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
  }

  static Stream<String> components() {
    return Goldens.lines("code-points.txt.gz").stream();
  }

  @ParameterizedTest
  @MethodSource("components")
  void everyCodePointComesOutAsInTheRustLibrary(String golden) {
    String[] fields = golden.split(" ", -1);
    UnaryOperator<String> component = component(fields[0]);
    for (int block = 0; block <= Character.MAX_CODE_POINT / BLOCK; block++) {
      CRC32 crc = new CRC32();
      for (int c = block * BLOCK; c < (block + 1) * BLOCK; c++) {
        if (!isSurrogate(c)) {
          String s = Character.toString(c);
          String text = "A" + s + "e\u0345" + s + "\u0334";
          crc.update((component.apply(text) + "\n").getBytes(StandardCharsets.UTF_8));
        }
      }
      assertThat("%08x".formatted(crc.getValue()))
          .as("%s, code points from U+%X", fields[0], block * BLOCK)
          .isEqualTo(fields[block + 1]);
    }
  }

  private static UnaryOperator<String> component(String name) {
    return switch (name) {
      case "bert" -> normalizing(new Normalizer.Bert(true, true, true, true));
      case "bert-clean" -> normalizing(new Normalizer.Bert(true, false, false, false));
      case "bert-ideographs" -> normalizing(new Normalizer.Bert(false, true, false, false));
      case "bert-accents" -> normalizing(new Normalizer.Bert(false, false, true, false));
      case "lowercase" -> normalizing(new Normalizer.Lowercase());
      case "strip-accents" -> normalizing(new Normalizer.StripAccents());
      case "nfc" -> normalizing(UnicodeForm.NFC);
      case "nfd" -> normalizing(UnicodeForm.NFD);
      case "nfkc" -> normalizing(UnicodeForm.NFKC);
      case "nfkd" -> normalizing(UnicodeForm.NFKD);
      case "split-bert" -> splitting(new PreTokenizer.Bert());
      case "split-whitespace" -> splitting(new PreTokenizer.Whitespace());
      case "split-blanks" -> splitting(new PreTokenizer.WhitespaceSplit());
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static UnaryOperator<String> normalizing(Normalizer normalizer) {
    return s -> {
      NormalizedText text = text(s);
      normalizer.normalize(text);
      return text.text(0, text.length());
    };
  }

  private static UnaryOperator<String> splitting(PreTokenizer preTokenizer) {
    return s -> {
      NormalizedText text = text(s);
      StringJoiner pieces = new StringJoiner("|");
      preTokenizer.split(text, 0, text.length(), (t, from, to) -> pieces.add(t.text(from, to)));
      return pieces.toString();
    };
  }

  private static NormalizedText text(String s) {
    SourceText source = new SourceText(s);
    return new NormalizedText(source.codePoints(), 0, source.length(), false);
  }
}
