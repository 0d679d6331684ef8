package dev.weft.models;

import dev.weft.nn.Embedding;
import dev.weft.nn.Linear;
import dev.weft.nn.Params;
import dev.weft.tensor.Parameter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which tables of token vectors of an encoder-decoder are one with the table called shared: as a
 * rule all. A table that the config ties and that the checkpoint stores with other values is one of
 * its own, as to transformers; where only another of the tables is stored, it stands for the shared
 * one.
 *
 * @param encoder whether the encoder's embedding is the shared table
 * @param decoder whether the decoder's is
 * @param output whether the output embedding is
 */
public record TokenTables(boolean encoder, boolean decoder, boolean output) {
  /**
   * What a checkpoint holds.
   *
   * @param configured whether the config ties the tables
   * @param prefix of the names of shared, encoder and decoder, with its dot, or empty
   * @param withOutput whether the model has an output embedding, {@code lm_head}
   */
  public static TokenTables of(
      CheckpointSource source, boolean configured, String prefix, boolean withOutput)
      throws IOException {
    if (!configured) {
      return new TokenTables(false, false, false);
    }
    String shared = prefix + "shared.weight";
    String encoder = prefix + "encoder.embed_tokens.weight";
    String decoder = prefix + "decoder.embed_tokens.weight";
    String output = "lm_head.weight";
    List<String> names = new ArrayList<>(List.of(shared, encoder, decoder));
    if (withOutput) {
      names.add(output);
    }
    String stored = names.stream().filter(source::has).findFirst().orElse(shared);
    if (!stored.equals(shared)) {
      source.alias(shared, stored);
    }
    return new TokenTables(
        ties(source, encoder, stored),
        ties(source, decoder, stored),
        withOutput && ties(source, output, stored));
  }

  private static boolean ties(CheckpointSource source, String name, String stored)
      throws IOException {
    return name.equals(stored) || source.ties(true, name, stored);
  }

  /** The encoder's embedding in the scope {@code p}; {@code shared} is [V, H]. */
  public Embedding encoder(Parameter shared, Params p) {
    return embedding(encoder, shared, p);
  }

  /** The decoder's embedding in the scope {@code p}; {@code shared} is [V, H]. */
  public Embedding decoder(Parameter shared, Params p) {
    return embedding(decoder, shared, p);
  }

  /** The output embedding in the scope {@code p}, without a bias; {@code shared} is [V, H]. */
  public Linear output(Parameter shared, Params p) {
    return output
        ? Linear.tiedWithoutBias(shared, p)
        : Linear.withoutBias(shared.tensor().dim(1), shared.tensor().dim(0), p);
  }

  private static Embedding embedding(boolean tied, Parameter shared, Params p) {
    return tied
        ? Embedding.tied(shared, p)
        : new Embedding(shared.tensor().dim(0), shared.tensor().dim(1), p);
  }
}
