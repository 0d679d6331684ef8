package dev.weft.cli;

import dev.weft.models.hub.Models;
import dev.weft.models.tokenizer.EncodeOptions;
import dev.weft.models.tokenizer.Encoding;
import dev.weft.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Texts to token ids, line by line. */
@Command(
    name = "tokenize",
    description = {
      "Tokenize each line of standard input: ids with blanks between on a line of standard output.",
      "An empty line is the empty text. A text is cut as the tokenizer's file says."
    })
final class TokenizeCommand extends Subcommand {
  private static final int LINES_AT_ONCE = 64;

  @Parameters(
      paramLabel = "MODEL",
      description =
          "A directory that holds a tokenizer, one of its files, or default: all-MiniLM-L6-v2.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String model;

  @Option(
      names = "--json",
      description =
          "Print ids, tokens and offsets (in code points, the end exclusive) as one JSON object a"
              + " line.")
  private boolean json;

  @Option(names = "--no-special-tokens", description = "Add no special tokens.")
  private boolean noSpecialTokens;

  @Option(names = "--pad", description = "Fill up as the tokenizer's file says.")
  private boolean pad;

  @Option(names = "--no-truncation", description = "Cut no text.")
  private boolean noTruncation;

  /** The tokenizer that a user names. */
  static Tokenizer tokenizer(String model, Console console) throws IOException {
    return Tokenizer.load(
        model.equals(Models.DEFAULT)
            ? Models.resolve(model, console::note).path()
            : Path.of(model));
  }

  @Override
  void run(Console console) throws IOException {
    Tokenizer tokenizer = tokenizer(model, console);
    EncodeOptions options = EncodeOptions.DEFAULT;
    options = noSpecialTokens ? options.withoutSpecialTokens() : options;
    options = noTruncation ? options.withoutTruncation() : options;
    if (pad && tokenizer.padding().isEmpty()) {
      throw new IOException(model + ": --pad: the tokenizer's file says nothing about padding");
    }
    options = pad ? options.padded() : options;
    LineInput input = new LineInput(System.in, "standard input");
    for (List<String> lines = input.next(LINES_AT_ONCE);
        !lines.isEmpty();
        lines = input.next(LINES_AT_ONCE)) {
      for (String line : lines) {
        Encoding encoding = tokenizer.encode(line, options);
        if (json) {
          console.jsonLine(json(encoding));
        } else {
          console.answer(ids(encoding));
        }
      }
      console.flush();
    }
  }

  private static String ids(Encoding encoding) {
    StringBuilder line = new StringBuilder(6 * encoding.length());
    for (int i = 0; i < encoding.length(); i++) {
      line.append(i == 0 ? "" : " ").append(encoding.id(i));
    }
    return line.toString();
  }

  private static Map<String, Object> json(Encoding encoding) {
    List<int[]> offsets = new ArrayList<>(encoding.length());
    for (int i = 0; i < encoding.length(); i++) {
      offsets.add(new int[] {encoding.codePointStart(i), encoding.codePointEnd(i)});
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("ids", encoding.ids());
    object.put("tokens", encoding.tokens());
    object.put("offsets", offsets);
    return object;
  }
}
