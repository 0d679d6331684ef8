"""Writes models/src/test/resources/goldens/tokenizer/components/ with the Rust library `tokenizers`.

    texts.jsonl.gz       the texts, a JSON string a line
    tokenizers.jsonl.gz  {"name", "kind", "tokenizer"} a line; the tokenizers of tokenizer_components.py
    expected.jsonl.gz    {"name", "lines", "sums"} a line: what each makes of the first SHOWN texts, and a
                         CRC-32 of what it makes of every BLOCK texts in turn

What is made of a text is one line. For kind "text" its encoding, for "pair" the encoding with the text as far
from the end behind it, a tab, and its encoding alone (or ERROR): of each token "id:start:end:type:attention:
special:word:sequence:token". For "decode" its first 40 ids, every fifth replaced, decoded whole, and then step
by step. Every third text gets no special tokens. All of it is seeded.
"""

import gzip
import json
import pathlib
import random
import shutil
import zlib

import tokenizers
from tokenizer_components import variants
from tokenizer_texts import PROSE, texts
from tokenizers import decoders

OUT = pathlib.Path(__file__).resolve().parents[2] / "models/src/test/resources/goldens/tokenizer/components"
COUNT, SHOWN, BLOCK = 300, 6, 50
WORDS = (
    "the The <x> \n quick É é 中文 Über ab abab cx eeee oo XYZ kelvin KELVIN\u212a \u017f 'S 'll 123456 '' `` <b>b</b>"
).split(" ") + ["  ", "   "]


def write(name, items):
    data = "".join(json.dumps(i, ensure_ascii=False) + "\n" for i in items).encode("utf-8")
    (OUT / name).write_bytes(gzip.compress(data, 9, mtime=0))


def escaped(text):
    for c in "%\t\n\r |":
        text = text.replace(c, f"%{ord(c):02X}")
    return text


def shown(number):
    return "-" if number is None else str(number)


def encoding(e, with_sequences):
    sequences = e.sequence_ids if with_sequences else [None] * len(e)
    return " ".join(
        f"{i}:{s}:{t}:{y}:{a}:{m}:{shown(w)}:{shown(q)}:{escaped(k)}"
        for i, (s, t), y, a, m, w, q, k in zip(
            e.ids, e.offsets, e.type_ids, e.attention_mask, e.special_tokens_mask, e.word_ids, sequences, e.tokens
        )
    )


def decoded(t, ids, skip):
    stream = decoders.DecodeStream([], skip_special_tokens=skip)
    steps = [stream.step(t, i) or "" for i in ids]
    return "|".join(escaped(x) for x in [t.decode(ids, skip_special_tokens=skip), *steps]) if ids else ""


def line(name, t, kind, all_texts, i):
    text, other, special = all_texts[i], all_texts[-1 - i], i % 3 > 0
    # Of a text laid out twice the library knows one place, and a second processor gives it the special tokens.
    with_sequences = "odd" not in name and "sequence-" not in name
    if kind == "text":
        return encoding(t.encode(text, add_special_tokens=special), with_sequences)
    if kind == "decode":
        ids = [6 + k * 7 % 70 if k % 5 == 4 else x for k, x in enumerate(t.encode(text).ids[:40])]
        return decoded(t, ids, not special)
    out = []
    for pair in (other, None):
        try:
            out.append(encoding(t.encode(text, pair, add_special_tokens=special), with_sequences))
        except Exception:
            out.append("ERROR")
    return "\t".join(out)


def main():
    assert tokenizers.__version__ == "0.23.2", tokenizers.__version__
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    all_texts = texts(COUNT, 11, [w for p in PROSE[:10] for w in p.split() if len(w) > 1] + WORDS)
    random.Random(12).shuffle(all_texts)
    write("texts.jsonl.gz", all_texts)
    files, expected = [], []
    for name, t, kind in variants(PROSE[:8] + WORDS):
        files.append({"name": name, "kind": kind, "tokenizer": json.loads(t.to_str())})
        lines = [line(name, t, kind, all_texts, i) for i in range(COUNT)]
        sums = [
            f"{zlib.crc32(chr(10).join(lines[i : i + BLOCK]).encode()):08x}" for i in range(0, COUNT, BLOCK)
        ]
        expected.append({"name": name, "lines": lines[:SHOWN], "sums": sums})
    write("tokenizers.jsonl.gz", files)
    write("expected.jsonl.gz", expected)


if __name__ == "__main__":
    main()
