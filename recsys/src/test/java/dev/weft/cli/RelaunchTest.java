package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelaunchTest {
  private static final String NOTICE = "WARNING: Using incubator modules: jdk.incubator.vector";

  @ParameterizedTest
  @CsvSource(
      value = {
        "N\\n| ''",
        "N\\r\\nweft: x\\n| weft: x\\n",
        "Picked up JAVA_TOOL_OPTIONS: -Xint\\nN\\nrest| Picked up JAVA_TOOL_OPTIONS: -Xint\\nrest",
        "N\\n\\r[==  ]\\r[====]| \\r[==  ]\\r[====]",
        "N\\nN\\n| N\\n",
        "Unrecognized option: -x| Unrecognized option: -x",
        "''| ''"
      },
      delimiter = '|')
  void onlyTheNoticeIsLeftOut(String printed, String seen) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Relaunch.withoutNotice(new ByteArrayInputStream(bytes(printed)), out);
    assertThat(out.toByteArray()).isEqualTo(bytes(seen));
  }

  private static byte[] bytes(String text) {
    return text.replace("\\n", "\n")
        .replace("\\r", "\r")
        .replaceAll("(?m)^N", NOTICE)
        .getBytes(StandardCharsets.UTF_8);
  }
}
