package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class LineInputTest {
  private static LineInput of(byte[]... arrivals) {
    return new LineInput(new Arrivals(arrivals), "input");
  }

  private static LineInput of(String... arrivals) {
    byte[][] bytes = new byte[arrivals.length][];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = arrivals[i].getBytes(StandardCharsets.UTF_8);
    }
    return of(bytes);
  }

  /** Like a pipe: one read gives what one write wrote, and only then is more available. */
  private static final class Arrivals extends InputStream {
    private final Queue<byte[]> arrivals;
    private InputStream now = InputStream.nullInputStream();

    Arrivals(byte[]... arrivals) {
      this.arrivals = new ArrayDeque<>(List.of(arrivals));
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int available() throws IOException {
      return now.available();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (now.available() == 0) {
        byte[] next = arrivals.poll();
        if (next == null) {
          return -1;
        }
        now = new ByteArrayInputStream(next);
      }
      return now.read(into, offset, length);
    }
  }

  @Test
  void linesThatAreThereComeTogether() throws IOException {
    LineInput input = of("a\nb\nc\n", "d\n");
    assertThat(input.next(64)).containsExactly("a", "b", "c");
    assertThat(input.next(64)).containsExactly("d");
    assertThat(input.next(64)).isEmpty();
    assertThat(input.next(64)).isEmpty();
  }

  @Test
  void halfALineDoesNotHoldBackTheOneBefore() throws IOException {
    LineInput input = of("a\nb", "c\nd");
    assertThat(input.next(64)).containsExactly("a");
    assertThat(input.next(64)).containsExactly("bc");
    assertThat(input.next(64)).containsExactly("d");
    assertThat(input.next(64)).isEmpty();
  }

  @Test
  void theLimitIsKept() throws IOException {
    LineInput input = of("a\nb\nc\n");
    assertThat(input.next(2)).containsExactly("a", "b");
    assertThat(input.next(2)).containsExactly("c");
  }

  @Test
  void emptyLinesAreLinesAndCarriageReturnsAreEnds() throws IOException {
    assertThat(of("\n\r\na\r\n\n").next(64)).containsExactly("", "", "a", "");
    assertThat(of("").next(64)).isEmpty();
    assertThat(of("a\rb\n").next(64)).containsExactly("a\rb");
  }

  @Test
  void charactersMayBeCutBetweenReads() throws IOException {
    byte[] bytes = "é\n".getBytes(StandardCharsets.UTF_8);
    LineInput input = of(new byte[] {bytes[0]}, new byte[] {bytes[1], bytes[2]});
    assertThat(input.next(64)).containsExactly("é");
  }

  @Test
  void longLinesGrowTheBuffer() throws IOException {
    String line = "x".repeat(200_000);
    assertThat(of(line + "\ny\n").next(64)).containsExactly(line, "y");
  }

  @Test
  void otherBytesThanUtf8AreRefusedWithTheirLine() throws IOException {
    LineInput input = of(new byte[] {'a', '\n', (byte) 0xff, '\n'});
    assertThat(input.next(1)).containsExactly("a");
    assertThatThrownBy(() -> input.next(1)).hasMessage("input:2: not UTF-8");
  }
}
