package dev.weft.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TokenizerOptionsTest {
  private static final String TEXT = "the quick brown fox jumps over the lazy dog";
  private final Tokenizer uncased = Goldens.tokenizer("uncased");
  private final Tokenizer added = Goldens.tokenizer("added");

  @Test
  void maxLengthCountsSpecialTokens() {
    Encoding whole = uncased.encode(TEXT);
    Encoding cut = uncased.encode(TEXT, EncodeOptions.DEFAULT.maxLength(5));
    assertThat(cut.length()).isEqualTo(5);
    assertThat(cut.tokens().subList(0, 4)).isEqualTo(whole.tokens().subList(0, 4));
    assertThat(cut.tokens().getLast()).isEqualTo("[SEP]");
    assertThat(uncased.encode(TEXT, EncodeOptions.DEFAULT.maxLength(2)).tokens())
        .containsExactly("[CLS]", "[SEP]");
  }

  @Test
  void noRoomForSpecialTokensIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> uncased.encode(TEXT, EncodeOptions.DEFAULT.maxLength(1)))
        .withMessage("max length 1 leaves no room for 2 special tokens");
    assertThat(uncased.encode(TEXT, EncodeOptions.DEFAULT.maxLength(1).withoutSpecialTokens()))
        .extracting(Encoding::length)
        .isEqualTo(1);
  }

  @Test
  void theFilesTruncationIsTheDefaultAndItsPaddingIsNot() {
    assertThat(added.truncation())
        .contains(
            new Truncation(Truncation.Direction.LEFT, 12, Truncation.Strategy.LONGEST_FIRST, 0));
    assertThat(added.encode(TEXT).length()).isEqualTo(12);
    assertThat(added.encode("a").length()).isLessThan(9);
    assertThat(added.encode("a", EncodeOptions.DEFAULT.padded()).length()).isEqualTo(10);
    assertThat(added.padding().orElseThrow().fixed()).isEqualTo(OptionalInt.of(9));
    assertThat(uncased.truncation()).isEmpty();
  }

  @Test
  void paddingThatTheFileLacksIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> uncased.encode(TEXT, EncodeOptions.DEFAULT.padded()))
        .withMessageContaining("the tokenizer's file has none");
  }

  @Test
  void tokensAndIdsAreEachOthersInverse() {
    for (int id = 0; id < added.vocabSize(); id++) {
      assertThat(added.idOf(added.tokenOf(id))).isEqualTo(OptionalInt.of(id));
    }
    assertThat(added.idOf("no such token")).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> added.tokenOf(-1))
        .withMessage("no token has id -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> added.decode(new int[] {1, 99_999}, SpecialTokens.WITH))
        .withMessage("no token has id 99999");
  }

  @Test
  void specialTokensAreFoundByName() {
    assertThat(uncased.padId()).isEqualTo(uncased.idOf("[PAD]"));
    assertThat(uncased.unkId()).isEqualTo(uncased.idOf("[UNK]"));
    assertThat(uncased.clsId()).isEqualTo(uncased.idOf("[CLS]"));
    assertThat(uncased.sepId()).isEqualTo(uncased.idOf("[SEP]"));
    assertThat(uncased.maskId()).isEqualTo(uncased.idOf("[MASK]"));
    Tokenizer renamed = Goldens.tokenizer("vocab-txt/no-accents");
    assertThat(renamed.clsId()).isEqualTo(renamed.idOf("<s>"));
  }

  @Test
  void offsetsCountCharsAndCodePoints() {
    Encoding encoding =
        uncased.encode("\ud83d\ude00 [SEP]", EncodeOptions.DEFAULT.withoutSpecialTokens());
    int sep = encoding.tokens().indexOf("[SEP]");
    assertThat(encoding.start(sep)).isEqualTo(3);
    assertThat(encoding.end(sep)).isEqualTo(8);
    assertThat(encoding.codePointStart(sep)).isEqualTo(2);
    assertThat(encoding.codePointEnd(sep)).isEqualTo(7);
  }
}
