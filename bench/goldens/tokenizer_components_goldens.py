"""Writes models/src/test/resources/goldens/tokenizer/components/ with the Rust library `tokenizers`.

    texts.jsonl.gz       the texts, a JSON string a line
    tokenizers.jsonl.gz  {"name", "kind", "tokenizer"} a line; the tokenizers of tokenizer_components.py
    expected.jsonl.gz    {"name", "lines", "sums"} a line: what each makes of the first SHOWN texts, and a
                         CRC-32 of what it makes of every BLOCK texts in turn
    classes.jsonl.gz     {"class", "sum"} a line: a CRC-32 of all code points in a class, in order

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
from tokenizers import Regex, decoders, pre_tokenizers

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


CLASSES = (
    r"\s \d \w \h . \p{L} \p{N} \p{P} \p{S} \p{Z} \p{C} \p{M} \p{LC} \p{Lu} \p{Ll} \p{Lt} \p{Lm} \p{Lo} \p{Mn} \p{Nd}"
    r" \p{Nl} \p{No} \p{Cf} \p{Co} \p{Sc} \p{Zs} \p{Pc} [\w] \W [^\w] \p{Word} [[:punct:]] [[:alpha:]] [[:alnum:]]"
    r" [[:cntrl:]] [[:blank:]] [[:xdigit:]] [[:^ascii:]] \p{Han} \p{Hiragana} \p{katakana} \p{Latin} \p{Common}"
    r" \p{Cyrillic} \p{Arabic} \p{Thai} \p{Hangul} \p{Decimal_Number} (?i:s) (?i:[^k]) \p{Any} \P{L} \p{^N}"
).split(" ")


def class_sum(pattern):
    points = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
    split = pre_tokenizers.Split(Regex(pattern), "removed", invert=True)
    crc = 0
    for i in range(0, len(points), 8192):
        for piece, _ in split.pre_tokenize_str("".join(map(chr, points[i : i + 8192]))):
            crc = zlib.crc32(piece.encode(), crc)
    return f"{crc:08x}"


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
    write("classes.jsonl.gz", [{"class": c, "sum": class_sum(c)} for c in CLASSES])


if __name__ == "__main__":
    main()
