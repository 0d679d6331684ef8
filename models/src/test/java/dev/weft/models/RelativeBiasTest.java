package dev.weft.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.models.RelativeBias.Buckets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelativeBiasTest {
  /** First and last distance of each bucket, as transformers' MPNetEncoder gives them. */
  @ParameterizedTest
  @CsvSource({
    "-1100,-91,15",
    "-90,-64,14",
    "-63,-46,13",
    "-45,-32,12",
    "-31,-23,11",
    "-22,-16,10",
    "-15,-12,9",
    "-11,-8,8",
    "-7,-7,7",
    "-6,-6,6",
    "-5,-5,5",
    "-4,-4,4",
    "-3,-3,3",
    "-2,-2,2",
    "-1,-1,1",
    "0,0,0",
    "1,1,17",
    "2,2,18",
    "3,3,19",
    "4,4,20",
    "5,5,21",
    "6,6,22",
    "7,7,23",
    "8,11,24",
    "12,15,25",
    "16,22,26",
    "23,31,27",
    "32,45,28",
    "46,63,29",
    "64,90,30",
    "91,1100,31"
  })
  void bucketsEqualTransformers(int first, int last, int bucket) {
    check(new Buckets(32, 128, true), first, last, bucket);
  }

  /** As the decoder of transformers' T5 gives them. */
  @ParameterizedTest
  @CsvSource({
    "-200,-113,31",
    "-112,-99,30",
    "-98,-87,29",
    "-86,-77,28",
    "-76,-67,27",
    "-66,-59,26",
    "-58,-52,25",
    "-51,-46,24",
    "-45,-40,23",
    "-39,-35,22",
    "-34,-31,21",
    "-30,-27,20",
    "-26,-24,19",
    "-23,-21,18",
    "-20,-19,17",
    "-18,-16,16",
    "-15,-15,15",
    "-14,-14,14",
    "-9,-9,9",
    "-1,-1,1",
    "0,59,0"
  })
  void bucketsWithoutKeysAheadEqualTransformers(int first, int last, int bucket) {
    check(new Buckets(32, 128, false), first, last, bucket);
  }

  @ParameterizedTest
  @CsvSource({"-200,-5,3", "-4,-2,2", "-1,-1,1", "0,0,0", "1,1,5", "2,4,6", "5,59,7"})
  void oddNumbersOfBucketsEqualTransformers(int first, int last, int bucket) {
    check(new Buckets(9, 11, true), first, last, bucket);
  }

  private static void check(Buckets buckets, int first, int last, int bucket) {
    for (int distance = first; distance <= last; distance++) {
      assertThat(buckets.of(distance)).as("distance %d", distance).isEqualTo(bucket);
    }
  }

  @Test
  void bucketsThatDoNotWidenAreRefused() {
    assertThatThrownBy(() -> new Buckets(3, 128, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("relative_attention_num_buckets 3 is less than 4");
    assertThatThrownBy(() -> new Buckets(32, 16, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "relative_attention_max_distance 16 is not above 16, half of"
                + " relative_attention_num_buckets, and at most 1048576");
  }
}
