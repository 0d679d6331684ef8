package dev.weft.models.mpnet;

import static org.assertj.core.api.Assertions.assertThat;

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
    for (int distance = first; distance <= last; distance++) {
      assertThat(RelativeBias.bucket(distance)).as("distance %d", distance).isEqualTo(bucket);
    }
  }
}
