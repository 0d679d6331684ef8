package dev.weft.bench.suite;

import dev.weft.bench.Benchmark;
import dev.weft.bench.Comparison;
import dev.weft.bench.Contender;
import dev.weft.bench.Session;
import dev.weft.bench.peer.Peers;
import dev.weft.bench.peer.TokenizerPeer;
import dev.weft.models.hub.Models;
import dev.weft.models.tokenizer.EncodeOptions;
import dev.weft.models.tokenizer.Tokenizer;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Texts to ids on one thread, against the Rust tokenizers through JNI: the default model's
 * WordPiece, and the tokenizers of the directories that the command names. Titles one by one, and
 * prose a paragraph at a time.
 */
public final class TokenizersBenchmark implements Benchmark {
  private static final EncodeOptions WHOLE = EncodeOptions.DEFAULT.withoutTruncation();

  @Override
  public String name() {
    return "tokenizers";
  }

  @Override
  public String about() {
    return "texts to token ids against the Rust tokenizers, 1 thread";
  }

  @Override
  public void run(Session session) throws IOException {
    session.note(
        "the peer's time includes JNI and DJL's copies of ids, tokens, words, offsets and masks, as"
            + " its users in Java pay for them");
    List<Path> directories = new ArrayList<>();
    directories.add(Models.resolve(Models.DEFAULT).path());
    directories.addAll(session.tokenizers());
    List<String> titles = Titles.all();
    List<String> prose = prose();
    for (Path directory : directories) {
      Path file = Files.isDirectory(directory) ? directory.resolve("tokenizer.json") : directory;
      Tokenizer ours = Tokenizer.load(file);
      try (TokenizerPeer peer = Peers.tokenizers().open(file)) {
        compare(session, ours, peer, "titles", titles);
        compare(session, ours, peer, "prose", prose);
      }
    }
  }

  private static void compare(
      Session session, Tokenizer ours, TokenizerPeer peer, String kind, List<String> texts) {
    String name = ours.kind() + " " + kind;
    if (!session.wants(name)) {
      return;
    }
    checkSame(ours, peer, texts);
    Comparison measured =
        Comparison.run(
            Contender.of(() -> texts.forEach(text -> ours.encode(text, WHOLE))),
            Contender.of(() -> texts.forEach(peer::ids)),
            session.effort());
    double megabytes =
        1e-6 * texts.stream().mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length).sum();
    session.add(
        session.row(name, 1, peer, measured, megabytes, megabytes, "MB/s", OptionalDouble.of(1.0)));
  }

  /** A faster tokenizer that finds other tokens has not done the work. */
  static void checkSame(Tokenizer ours, TokenizerPeer peer, List<String> texts) {
    for (String text : texts) {
      int[] a = ours.encode(text, WHOLE).ids();
      int[] b = peer.ids(text);
      if (!Arrays.equals(a, b)) {
        throw new IllegalStateException(
            "\"" + text + "\": ours " + Arrays.toString(a) + ", the peer's " + Arrays.toString(b));
      }
    }
  }

  private static List<String> prose() throws IOException {
    try (InputStream in = TokenizersBenchmark.class.getResourceAsStream("prose.txt")) {
      if (in == null) {
        throw new FileNotFoundException("dev/weft/bench/suite/prose.txt is not on the class path");
      }
      String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(all.split("\n\n", -1)).map(String::strip).toList();
    }
  }
}
