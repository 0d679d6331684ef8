package dev.weft.models.generate;

import dev.weft.models.Backbone;
import dev.weft.models.CausalLmHead;
import dev.weft.models.ConfigJson;
import dev.weft.models.Decoder;
import dev.weft.models.EncoderDecoder;
import dev.weft.models.Head;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.models.tokenizer.DecodeStream;
import dev.weft.models.tokenizer.SpecialTokens;
import dev.weft.models.tokenizer.Tokenizer;
import dev.weft.nn.Packed;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Goes on with a text, or answers it, as a model and its publisher's settings say.
 *
 * <pre>{@code
 * try (TextGenerator generator = TextGenerator.open(Models.resolve("path/to/model"))) {
 *   generator.generate("Once upon a time", OptionalInt.of(40), System.out::print);
 * }
 * }</pre>
 *
 * <p>For one thread at a time.
 */
public final class TextGenerator implements AutoCloseable {
  /** How many tokens to add where nobody says. */
  private static final int NEW_TOKENS = 256;

  private static final String TOKENIZER_CONFIG = "tokenizer_config.json";

  private final Backbone backbone;
  private final Tokenizer tokenizer;
  private final GenerationConfig config;
  private final boolean hasChatTemplate;

  private TextGenerator(
      Backbone backbone, Tokenizer tokenizer, GenerationConfig config, boolean hasChatTemplate) {
    this.backbone = backbone;
    this.tokenizer = tokenizer;
    this.config = config;
    this.hasChatTemplate = hasChatTemplate;
  }

  /**
   * What a model said.
   *
   * @param text what follows the prompt, special tokens left out
   * @param generated the tokens of it
   */
  public record Text(String text, Generated generated) {}

  /**
   * Opens a model with its tokenizer and {@code generation_config.json}.
   *
   * @throws IOException where something of it is missing, or it is no model that generates
   */
  public static TextGenerator open(ModelDirectory directory) throws IOException {
    Backbone backbone = Backbone.openWithHead(directory);
    try {
      if (!generates(backbone)) {
        throw new IOException(
            directory.config()
                + ": "
                + backbone.root().describe()
                + " has no language model head to generate with");
      }
      return new TextGenerator(
          backbone,
          Tokenizer.load(directory.path()),
          GenerationConfig.read(directory),
          hasChatTemplate(directory));
    } catch (IOException | RuntimeException e) {
      backbone.close();
      throw e;
    }
  }

  private static boolean hasChatTemplate(ModelDirectory directory) throws IOException {
    return directory.has("chat_template.jinja")
        || (directory.has(TOKENIZER_CONFIG)
            && ConfigJson.read(directory.file(TOKENIZER_CONFIG)).has("chat_template"));
  }

  private static boolean generates(Backbone backbone) {
    Optional<Head> head = backbone.head();
    boolean pair = backbone.encoderDecoder().isPresent();
    return pair
        ? head.filter(h -> h.kind() == Head.Kind.SEQ2SEQ_LM).isPresent()
        : backbone.encoder() instanceof Decoder
            && head.map(Head::layers).filter(CausalLmHead.class::isInstance).isPresent();
  }

  /** How it generates. */
  public GenerationConfig config() {
    return config;
  }

  /**
   * Whether its publisher wraps what a user says in a chat template. It is not applied: a prompt is
   * what the model reads, and one that should be wrapped has to be written so.
   */
  public boolean hasChatTemplate() {
    return hasChatTemplate;
  }

  /** The model under it. */
  public Backbone backbone() {
    return backbone;
  }

  /**
   * Goes on from a prompt greedily until the model ends the text or there are enough tokens. An
   * encoder-decoder reads the prompt and begins a text of its own.
   *
   * @param maxNewTokens how many tokens to add at most; empty for what the settings say
   * @param pieces told the text as it comes
   * @throws IllegalArgumentException where there is nothing to begin with, or the prompt is longer
   *     than the model can read
   */
  public Text generate(String prompt, OptionalInt maxNewTokens, Consumer<String> pieces) {
    int[] ids = tokenizer.encode(prompt).ids();
    int longest = backbone.encoder().learnedPositions();
    if (ids.length > longest) {
      throw new IllegalArgumentException(
          "the prompt has %d tokens, the model reads at most %d".formatted(ids.length, longest));
    }
    Optional<EncoderDecoder> pair = backbone.encoderDecoder();
    if (pair.isEmpty()) {
      return write(start(ids), longest, this::continuation, maxNewTokens, pieces);
    }
    int[] start = {config.decoderStartTokenId().orElseGet(this::bos)};
    Packed source = source(ids);
    return write(
        start,
        pair.get().maxTargetPositions(),
        capacity ->
            new Seq2SeqContinuation(pair.get(), backbone.head().orElseThrow(), source, capacity),
        maxNewTokens,
        pieces);
  }

  private Text write(
      int[] start,
      int longest,
      IntFunction<Continuation> sequences,
      OptionalInt maxNewTokens,
      Consumer<String> pieces) {
    int tokens = config.newTokens(maxNewTokens, start.length, NEW_TOKENS, longest);
    int length = Math.addExact(start.length, tokens);
    Streamed streamed = new Streamed(start, pieces);
    try (Continuation sequence = sequences.apply(length)) {
      Generated generated =
          Greedy.generate(
              sequence,
              start,
              config.rules().withMaxLength(length),
              tokens,
              config.eosTokenIds()::contains,
              streamed::take);
      return new Text(streamed.end(generated.ids()), generated);
    }
  }

  /** An empty prompt begins with the token that begins texts, as in transformers. */
  private int[] start(int[] ids) {
    return ids.length > 0 ? ids : new int[] {bos()};
  }

  private int bos() {
    return config
        .bosTokenId()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no token to begin with: the prompt has none, or the model begins a text"
                    + " of its own, and it names no bos_token_id"));
  }

  private static Packed source(int[] ids) {
    if (ids.length == 0) {
      throw new IllegalArgumentException("the prompt has no tokens to read");
    }
    return Packed.of(List.of(ids));
  }

  private Continuation continuation(int capacity) {
    return new DecoderContinuation(
        (Decoder) backbone.encoder(),
        (CausalLmHead) backbone.head().orElseThrow().layers(),
        capacity);
  }

  /** The text of a growing sequence, which it decodes behind its prompt. */
  private final class Streamed {
    private final int[] prompt;
    private final DecodeStream stream = tokenizer.decodeStream(SpecialTokens.WITHOUT);
    private final Consumer<String> pieces;
    private final StringBuilder told = new StringBuilder();

    Streamed(int[] prompt, Consumer<String> pieces) {
      this.prompt = prompt;
      this.pieces = pieces;
      for (int id : prompt) {
        piece(id);
      }
    }

    void take(int id) {
      tell(piece(id));
    }

    private String piece(int id) {
      // A model's table of tokens may be longer than its tokenizer's: the rest has no text.
      return isToken(id) ? stream.next(id) : "";
    }

    private void tell(String piece) {
      if (!piece.isEmpty()) {
        told.append(piece);
        pieces.accept(piece);
      }
    }

    /** The whole text behind the prompt; what was held back is told. */
    String end(int[] generated) {
      int[] all = Arrays.copyOf(prompt, prompt.length + generated.length);
      System.arraycopy(generated, 0, all, prompt.length, generated.length);
      String before = decode(prompt);
      String whole = decode(all);
      String text = whole.startsWith(before) ? whole.substring(before.length()) : told.toString();
      if (text.startsWith(told.toString())) {
        tell(text.substring(told.length()));
      }
      return told.toString();
    }

    private String decode(int[] ids) {
      int[] known = Arrays.stream(ids).filter(TextGenerator.this::isToken).toArray();
      return tokenizer.decode(known, SpecialTokens.WITHOUT);
    }
  }

  private boolean isToken(int id) {
    return id < tokenizer.vocabSize();
  }

  @Override
  public void close() {
    backbone.close();
  }
}
