package dev.weft.models.tokenizer;

import dev.weft.models.proto.ProtoReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A SentencePiece model, a ModelProto: its pieces and what its specs say that a tokenizer depends
 * on.
 */
final class SentencePieceFile {
  /** How a model cuts text. */
  enum Algorithm {
    UNIGRAM,
    BPE
  }

  /** One piece; its place in the list is its id. */
  record Piece(String text, float score, int type) {
    private static final int NORMAL = 1;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;

    boolean isControl() {
      return type == CONTROL;
    }

    boolean isUserDefined() {
      return type == USER_DEFINED;
    }
  }

  private final Path file;
  private final List<Piece> pieces = new ArrayList<>();
  private Algorithm algorithm = Algorithm.UNIGRAM;
  private boolean byteFallback;
  private int unkId;
  private int bosId = 1;
  private int eosId = 2;
  private String unkPiece = "<unk>";
  private String bosPiece = "<s>";
  private String eosPiece = "</s>";
  private byte[] charsMap = {};
  private boolean dummyPrefix = true;

  private SentencePieceFile(Path file) {
    this.file = file;
  }

  static SentencePieceFile read(Path file) throws IOException {
    SentencePieceFile model = new SentencePieceFile(file);
    ProtoReader in = new ProtoReader(file.toString(), ByteBuffer.wrap(Files.readAllBytes(file)));
    while (in.next()) {
      switch (in.field()) {
        case 1 -> model.pieces.add(model.piece(in.message()));
        case 2 -> model.trainer(in.message());
        case 3 -> model.normalizer(in.message());
        default -> in.skip();
      }
    }
    if (model.pieces.isEmpty()) {
      throw new IOException(file + ": holds no pieces; is it a SentencePiece model?");
    }
    return model;
  }

  private Piece piece(ProtoReader in) throws IOException {
    String text = "";
    float score = 0;
    int type = Piece.NORMAL;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> text = in.text();
        case 2 -> score = in.float32();
        case 3 -> type = (int) in.varint();
        default -> in.skip();
      }
    }
    return new Piece(text, score, type);
  }

  private void trainer(ProtoReader in) throws IOException {
    while (in.next()) {
      switch (in.field()) {
        case 3 -> algorithm = algorithm(in.varint());
        case 35 -> byteFallback = in.varint() != 0;
        case 40 -> unkId = (int) in.varint();
        case 41 -> bosId = (int) in.varint();
        case 42 -> eosId = (int) in.varint();
        case 45 -> unkPiece = in.text();
        case 46 -> bosPiece = in.text();
        case 47 -> eosPiece = in.text();
        default -> in.skip();
      }
    }
  }

  private Algorithm algorithm(long modelType) throws IOException {
    return switch ((int) modelType) {
      case 1 -> Algorithm.UNIGRAM;
      case 2 -> Algorithm.BPE;
      default ->
          throw new IOException(
              file
                  + ": trainer_spec.model_type "
                  + modelType
                  + " is not supported, expected 1 (unigram) or 2 (BPE)");
    };
  }

  private void normalizer(ProtoReader in) throws IOException {
    while (in.next()) {
      switch (in.field()) {
        case 2 -> {
          ByteBuffer part = in.part();
          charsMap = new byte[part.remaining()];
          part.get(charsMap);
        }
        case 3 -> dummyPrefix = in.varint() != 0;
        default -> in.skip();
      }
    }
  }

  Path file() {
    return file;
  }

  List<Piece> pieces() {
    return pieces;
  }

  Algorithm algorithm() {
    return algorithm;
  }

  boolean byteFallback() {
    return byteFallback;
  }

  /** The id of the piece for what cannot be spelled. */
  int unkId() {
    return unkId;
  }

  /** The id of the piece that starts a text, -1 where there is none. */
  int bosId() {
    return bosId;
  }

  /** The id of the piece that ends a text, -1 where there is none. */
  int eosId() {
    return eosId;
  }

  String unkPiece() {
    return unkPiece;
  }

  String bosPiece() {
    return bosPiece;
  }

  String eosPiece() {
    return eosPiece;
  }

  /** The precompiled normalisation, empty where there is none. */
  byte[] charsMap() {
    return charsMap;
  }

  /** Whether a blank is put before a text. */
  boolean dummyPrefix() {
    return dummyPrefix;
  }
}
