package dev.weft.models.tokenizer;

import dev.weft.models.json.OneLine;
import dev.weft.models.tokenizer.PostProcessor.Part;
import dev.weft.models.tokenizer.Tokenizer.Components;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a vocab.txt, one token a line, as transformers' BertTokenizer does: lines end in LF, CR LF
 * or CR, and of a token that is there twice the last line counts (one warning says so).
 *
 * <p>transformers gives a special token that the vocabulary lacks the next free id, for which no
 * model has a row. Here [CLS], [SEP] and [UNK] must be there, and so must any named in
 * tokenizer_config.json; [PAD] and [MASK] may be absent.
 */
final class VocabTxt {
  private static final System.Logger LOG = System.getLogger(VocabTxt.class.getName());
  private static final String PREFIX = "##";
  private static final int MAX_CHARS_PER_WORD = 100;

  private VocabTxt() {}

  static Components read(Path file, BertConfigFile config) throws IOException {
    Vocabulary vocabulary = vocabulary(file, TextLines.read(file));
    SpecialNames names = config.names();
    List<AddedToken> added = new ArrayList<>();
    int unk = special(file, config, "unk_token", names.unk(), true, vocabulary, added);
    int sep = special(file, config, "sep_token", names.sep(), true, vocabulary, added);
    special(file, config, "pad_token", names.pad(), false, vocabulary, added);
    int cls = special(file, config, "cls_token", names.cls(), true, vocabulary, added);
    special(file, config, "mask_token", names.mask(), false, vocabulary, added);
    boolean lower = config.doLowerCase();
    Normalizer normalizer =
        new Normalizer.Bert(
            true, config.tokenizeChineseChars(), config.stripAccents().orElse(lower), lower);
    config.end(vocabulary);
    return new Components(
        normalizer,
        new PreTokenizer.Bert(),
        new WordPiece(vocabulary, unk, PREFIX, MAX_CHARS_PER_WORD),
        PostProcessor.bert(
            new Part.Special(names.cls(), cls, 0), new Part.Special(names.sep(), sep, 0)),
        new Decoder.WordPiece(PREFIX, true),
        added(file, added, normalizer),
        null,
        null,
        names);
  }

  private static AddedTokens added(Path file, List<AddedToken> tokens, Normalizer normalizer)
      throws IOException {
    try {
      return new AddedTokens(tokens, normalizer);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          file + ": special tokens: " + OneLine.of(String.valueOf(e.getMessage())), e);
    }
  }

  private static int special(
      Path file,
      BertConfigFile config,
      String role,
      String name,
      boolean required,
      Vocabulary vocabulary,
      List<AddedToken> added)
      throws IOException {
    int id = vocabulary.id(name);
    if (id == Trie.NO_ID) {
      if (required || config.states(role)) {
        throw new IOException(
            file + ": " + role + " \"" + OneLine.of(name) + "\" is not in the vocabulary");
      }
      return id;
    }
    if (added.stream().noneMatch(token -> token.content().equals(name))) {
      added.add(config.token(role, name, id));
    }
    return id;
  }

  private static Vocabulary vocabulary(Path file, List<String> lines) throws IOException {
    Map<String, Integer> last = HashMap.newHashMap(lines.size());
    int repeated = 0;
    for (int i = 0; i < lines.size(); i++) {
      repeated += last.put(lines.get(i), i) == null ? 0 : 1;
    }
    if (repeated > 0) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0}: {1} tokens are there more than once; the last line counts",
          file,
          repeated);
    }
    Vocabulary vocabulary = new Vocabulary(lines.size());
    for (int i = 0; i < lines.size(); i++) {
      if (last.getOrDefault(lines.get(i), -1) == i) {
        String problem = vocabulary.add(lines.get(i), i);
        if (problem != null) {
          throw new IOException(file + ": line " + (i + 1) + ": " + OneLine.of(problem));
        }
      }
    }
    if (lines.isEmpty()) {
      throw new IOException(file + ": is empty");
    }
    return vocabulary;
  }
}
