package dev.weft.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class PairsAndStreamsTest {
  private static final Tokenizer UNCASED = Goldens.tokenizer("uncased");
  private static final Tokenizer PADDED = Goldens.tokenizer("added");

  @Example
  void aPairKnowsItsTextsAndWords() {
    Encoding pair = UNCASED.encode("quick brown", "lazy.");
    assertThat(pair.tokens())
        .containsExactly("[CLS]", "quick", "brown", "[SEP]", "lazy", ".", "[SEP]");
    assertThat(pair.typeIds()).containsExactly(0, 0, 0, 0, 1, 1, 1);
    assertThat(pair.wordIds()).containsExactly(-1, 0, 1, -1, 0, 1, -1);
    assertThat(pair.sequenceIds()).containsExactly(-1, 0, 0, -1, 1, 1, -1);
    assertThat(pair.specialTokensMask()).containsExactly(1, 0, 0, 1, 0, 0, 1);
    assertThat(pair.start(4)).isZero();
  }

  @Example
  void theLongerTextOfAPairIsCutFirst() {
    EncodeOptions six = EncodeOptions.DEFAULT.maxLength(6);
    EncodeOptions nine = EncodeOptions.DEFAULT.maxLength(9);
    Encoding pair = UNCASED.encode("quick brown jumps over lazy", "over lazy", nine);
    assertThat(pair.sequenceIds()).containsExactly(-1, 0, 0, 0, 0, -1, 1, 1, -1);
    assertThat(UNCASED.encode("quick brown over", "over lazy jumps", six).sequenceIds())
        .containsExactly(-1, 0, -1, 1, 1, -1);
  }

  @Example
  void aBatchIsPaddedToItsLongest() {
    List<Encoding> batch =
        PADDED.encodeAll(List.of("the", "the quick brown fox"), EncodeOptions.DEFAULT.padded());
    assertThat(batch).extracting(Encoding::length).containsOnly(batch.get(1).length());
    assertThat(batch.getFirst().wordIds()).contains(-1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UNCASED.encodeAll(List.of("a"), EncodeOptions.DEFAULT.padded()));
  }

  @Example
  void whatIsCutDoesNotDependOnWhereTokenizingStops() {
    String text = "the quick brown fox jumps over the lazy dog ".repeat(20);
    int[] whole = UNCASED.encode(text).ids();
    for (int n : new int[] {2, 3, 10, 50}) {
      int[] cut = UNCASED.encode(text, EncodeOptions.DEFAULT.maxLength(n)).ids();
      assertThat(cut).hasSize(n);
      assertThat(Arrays.copyOf(cut, n - 1)).containsExactly(Arrays.copyOf(whole, n - 1));
    }
  }

  @Provide
  Arbitrary<String> sentences() {
    return Arbitraries.of("the ", "quick", "  ", "é", "中文", ". ", "brown's ", "\n", "unaffable ")
        .list()
        .ofMaxSize(20)
        .map(parts -> String.join("", parts));
  }

  @Property(tries = 200, seed = "2026")
  void aStreamGivesWhatDecodingGivesAtOnce(@ForAll("sentences") String text) {
    int[] ids = UNCASED.ids(text);
    DecodeStream stream = UNCASED.decodeStream(SpecialTokens.WITH);
    StringBuilder out = new StringBuilder();
    for (int id : ids) {
      out.append(stream.next(id));
    }
    assertThat(out.toString()).isEqualTo(UNCASED.decode(ids, SpecialTokens.WITH));
  }

  @Property(tries = 500, seed = "2026")
  void validUtf8IsReadAsItIs(@ForAll("sentences") String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThat(Utf8.lossy(bytes, bytes.length)).isEqualTo(text);
    assertThat(Utf8.strict(bytes, bytes.length)).isEqualTo(text);
  }

  @Property(tries = 500, seed = "2026")
  void brokenUtf8IsNoLongerThanItsBytes(@ForAll @Size(max = 12) byte[] bytes) {
    String lossy = Utf8.lossy(bytes, bytes.length);
    assertThat(lossy.length()).isLessThanOrEqualTo(bytes.length);
    assertThat(Utf8.strict(bytes, bytes.length) == null).isEqualTo(lossy.contains("\ufffd"));
  }

  @Example
  void eachMaximalPartOfBrokenUtf8IsOneReplacement() {
    assertThat(lossy(0xED, 0xA0, 0x80)).isEqualTo("\ufffd\ufffd\ufffd");
    assertThat(lossy(0xE2, 0x82, 'a')).isEqualTo("\ufffda");
    assertThat(lossy(0xF0, 0x9F, 0x98)).isEqualTo("\ufffd");
    assertThat(lossy(0xF4, 0x90, 0x80, 0x80)).isEqualTo("\ufffd\ufffd\ufffd\ufffd");
    assertThat(lossy(0xC0, 0xAF)).isEqualTo("\ufffd\ufffd");
  }

  private static String lossy(int... bytes) {
    byte[] raw = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      raw[i] = (byte) bytes[i];
    }
    return Utf8.lossy(raw, raw.length);
  }
}
