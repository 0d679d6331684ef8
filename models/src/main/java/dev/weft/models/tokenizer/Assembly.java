package dev.weft.models.tokenizer;

import dev.weft.models.json.OneLine;
import dev.weft.models.tokenizer.JsonNodes.Numbered;
import dev.weft.models.tokenizer.Tokenizer.Components;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts a tokenizer together from a vocabulary that is no tokenizer.json: the model, components that
 * its class prescribes, and special tokens, which get the next ids where the model lacks them.
 */
final class Assembly {
  private final Path file;
  private final TokenSettings settings;
  private final Map<String, AddedToken> roles = new LinkedHashMap<>();
  private List<AddedToken> extras = List.of();
  private @Nullable ObjectNode normalizer;
  private @Nullable ObjectNode preTokenizer;
  private @Nullable ObjectNode decoder;

  Assembly(Path file, TokenSettings settings) {
    this.file = file;
    this.settings = settings;
  }

  /** The token of a role where no file says which it is. */
  Assembly role(String role, String absent) {
    AddedToken stated = settings.role(role);
    if (stated != null) {
      roles.put(role, stated);
    } else if (!settings.states(role)) {
      roles.put(role, TokenSettings.plain(absent, true));
    }
    return this;
  }

  /** The token of a role, whatever the files say. */
  Assembly override(String role, AddedToken token) {
    roles.put(role, token);
    return this;
  }

  /** Roles that only the files may fill. */
  Assembly roles(String... others) {
    for (String role : others) {
      AddedToken stated = settings.role(role);
      if (stated != null) {
        roles.put(role, stated);
      }
    }
    return this;
  }

  /** The special tokens without a role where no file lists any. */
  Assembly extras(List<AddedToken> absent) {
    List<AddedToken> stated = settings.extras();
    extras = stated != null ? stated : List.copyOf(absent);
    return this;
  }

  Assembly normalizer(@Nullable ObjectNode json) {
    normalizer = json;
    return this;
  }

  Assembly preTokenizer(@Nullable ObjectNode json) {
    preTokenizer = json;
    return this;
  }

  Assembly decoder(ObjectNode json) {
    decoder = json;
    return this;
  }

  /** The text of a role's token, or null. */
  @Nullable String content(String role) {
    AddedToken token = roles.get(role);
    return token == null ? null : token.content();
  }

  /** Gives the post-processor of a class once all tokens have their ids. */
  @FunctionalInterface
  interface PostProcessing {
    /** The component as a tokenizer.json has it. */
    ObjectNode of(Tokens tokens) throws IOException;
  }

  /** Tokens and their ids. */
  interface Tokens {
    /** The token and its id, or an error that says that there is none. */
    Numbered token(String content) throws IOException;
  }

  Components build(Model model, PostProcessing postProcessing) throws IOException {
    settings.end();
    Normalizer rewriting =
        normalizer == null ? null : NormalizerJson.read(part("normalizer", normalizer));
    List<AddedToken> added = added(model.vocabulary());
    Map<String, Integer> ids = new HashMap<>();
    added.forEach(token -> ids.put(token.content(), token.id()));
    ObjectNode post =
        postProcessing.of(content -> {
          int id = ids.getOrDefault(content, model.vocabulary().id(content));
          if (id == Trie.NO_ID) {
            throw new IOException(file + ": no token is \"" + OneLine.of(content) + "\"");
          }
          return new Numbered(content, id);
        });
    try {
      return new Components(
          rewriting,
          preTokenizer == null
              ? new PreTokenizer.None()
              : PreTokenizerJson.read(part("pre_tokenizer", preTokenizer)),
          model,
          PostProcessorJson.read(part("post_processor", post)),
          decoder == null ? new Decoder.Spaces() : DecoderJson.read(part("decoder", decoder)),
          new AddedTokens(added, rewriting),
          null,
          null,
          names());
    } catch (IllegalArgumentException e) {
      throw new IOException(
          file + ": special tokens: " + OneLine.of(String.valueOf(e.getMessage())), e);
    }
  }

  /** [bos] text [eos], as tokenizer_config.json asks with add_bos_token and add_eos_token. */
  ObjectNode bosAndEos(Tokens tokens) throws IOException {
    String bos = settings.bool("add_bos_token", false) ? content("bos_token") : null;
    String eos = settings.bool("add_eos_token", false) ? content("eos_token") : null;
    List<String> single = new ArrayList<>();
    List<String> second = new ArrayList<>();
    List<Numbered> specials = new ArrayList<>();
    if (bos != null) {
      specials.add(tokens.token(bos));
      single.add(bos + ":0");
      second.add(bos + ":1");
    }
    single.add("$A:0");
    second.add("$B:1");
    if (eos != null) {
      specials.add(tokens.token(eos));
      single.add(eos + ":0");
      second.add(eos + ":1");
    }
    List<String> pair = new ArrayList<>(single);
    pair.addAll(second);
    return JsonNodes.template(single, pair, specials);
  }

  private JsonObject part(String key, ObjectNode node) throws IOException {
    return JsonObject.of(file, key, node);
  }

  /** Added tokens with ids: those of the model, else the next ones in this order. */
  private List<AddedToken> added(Vocabulary vocabulary) throws IOException {
    Map<String, AddedToken> tokens = new LinkedHashMap<>();
    Map<String, Integer> stated = new HashMap<>();
    settings
        .numbered()
        .forEach((id, token) -> {
          tokens.put(token.content(), token);
          stated.put(token.content(), id);
        });
    for (String role : TokenSettings.ROLES) {
      AddedToken token = roles.get(role);
      if (token != null && stated.containsKey(token.content())) {
        tokens.computeIfPresent(token.content(), (_, known) -> special(known));
      } else if (token != null) {
        tokens.put(token.content(), token);
      }
    }
    for (AddedToken token : extras) {
      if (!stated.containsKey(token.content())) {
        tokens.put(token.content(), token);
      }
    }
    List<AddedToken> numbered = new ArrayList<>();
    int next = vocabulary.size();
    for (AddedToken token : tokens.values()) {
      if (token.content().isEmpty()) {
        continue; // adds nothing in the Rust library either
      }
      int known = vocabulary.id(token.content());
      int id = known == Trie.NO_ID ? next++ : known;
      int expected = stated.getOrDefault(token.content(), id);
      if (id != expected) {
        throw new IOException(
            "%s: the added token \"%s\" has id %d in the files beside it, but gets %d"
                .formatted(file, OneLine.of(token.content()), expected, id));
      }
      numbered.add(withId(token, id, token.special()));
    }
    return numbered;
  }

  private static AddedToken special(AddedToken token) {
    return withId(token, token.id(), true);
  }

  private static AddedToken withId(AddedToken token, int id, boolean special) {
    return new AddedToken(
        id,
        token.content(),
        token.singleWord(),
        token.lstrip(),
        token.rstrip(),
        token.normalized(),
        special);
  }

  private SpecialNames names() {
    return new SpecialNames(
        name("cls_token"),
        name("sep_token"),
        name("pad_token"),
        name("unk_token"),
        name("mask_token"),
        name("bos_token"),
        name("eos_token"));
  }

  private String name(String role) {
    String content = content(role);
    return content == null ? "" : content;
  }
}
