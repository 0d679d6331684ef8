package dev.weft.models.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.models.SharedModels;
import dev.weft.models.hub.Models;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A real Llama of 264K parameters, from ../shared/models where it is there. */
@Tag("real")
class RealStoryTest {
  private static final String STORY =
      """
      Once upon a time, there was a little girl named Lily. She loved to play outside in the park.\
       One day, she saw a big, red ball. She wanted to play with it, but it was too high.
      Lily's mom said, "Lily, let's go to the park." Lily was sad and didn't know what to do. She\
       said, "I want to play with your ball, but I can't find it."\
      """;

  private static TextGenerator open() throws IOException {
    return TextGenerator.open(Models.resolve(SharedModels.folder("stories260K").toString()));
  }

  @Test
  void tellsItsStoryWordForWord() throws IOException {
    List<String> pieces = new ArrayList<>();
    try (TextGenerator generator = open()) {
      TextGenerator.Text said = generator.generate("", OptionalInt.of(180), pieces::add);
      assertThat(said.text()).startsWith(STORY);
      assertThat(String.join("", pieces)).isEqualTo(said.text());
      assertThat(pieces).hasSizeGreaterThan(100);
    }
  }

  @Test
  void aTextGoesOnBehindItsPromptWithTheBlankBetween() throws IOException {
    try (TextGenerator generator = open()) {
      TextGenerator.Text said = generator.generate("Lily was", OptionalInt.of(12), piece -> {});
      assertThat(said.text()).isEqualTo(" sad and didn't know w");
      assertThat(said.generated().ids()).hasSize(12);
      assertThat(said.generated().end()).isEqualTo(Generated.End.MAX_NEW_TOKENS);
    }
  }
}
