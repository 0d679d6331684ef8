"""Writes the long differential golden of the tokenizer files in ../shared/models.

    python bench/goldens/tokenizer_long.py SHARED/models

Writes models/src/test/resources/goldens/tokenizer-long/<name>.txt: a line for every thousand texts, the
CRC-32 of "id:start:end " of each token and the decoded text with a newline behind, text after text. The
texts are made from a seed by the rules below, which the Java test (MadeTexts) follows to the letter.
"""

import json
import pathlib
import sys
import tempfile
import zlib

import tokenizers
from tokenizer_texts import PROSE
from tokenizers import Tokenizer
from transformers import AutoTokenizer

OUT = pathlib.Path(__file__).resolve().parents[2] / "models/src/test/resources/goldens/tokenizer-long"
TEXTS = 60_000
BLOCK = 1000
MASK = (1 << 64) - 1
BASE = [[ord(c) for c in p] for p in PROSE if p]
WORDS = [[ord(c) for c in w] for p in PROSE for w in p.split(" ") if w]
RANGES = [
    (0x20, 0x7F), (0xA0, 0x250), (0x300, 0x370), (0x370, 0x530), (0x590, 0x700), (0x900, 0xE00), (0xE00, 0x1200),
    (0x1E00, 0x2000), (0x2000, 0x2E80), (0x3000, 0x3400), (0x4E00, 0xA000), (0xAC00, 0xD7A4), (0xF900, 0xFFFE),
    (0x1D400, 0x1D800), (0x1F300, 0x1FA00), (0x20000, 0x20100), (0x0, 0x21), (0x7F, 0xA1), (0xE0000, 0xE0080),
]
MARKS = [0x301, 0x308, 0x323, 0x345, 0x200D, 0x200C, 0xFE0F, 0x20E3, 0x1F3FB, 0x94D, 0x3099, 0x64B, 0x2581, 0xFFFD, 0xAD]
BLANKS = [0x20, 0x20, 0x20, 0xA, 0x9, 0xD, 0xA0, 0x3000, 0x85, 0x2028]
CODE = [ord(c) for c in " \n\t(){}[]<>=+-*/\\|&^%$#@!~`'\";:,.?_0123456789abcxyzABCXYZ"]


class Texts:
    """SplitMix64 and what it chooses."""

    def __init__(self, seed):
        self.state = seed

    def next(self, n):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return ((z ^ (z >> 31)) >> 33) % n

    def of(self, items):
        return items[self.next(len(items))]

    def point(self):
        first, end = self.of(RANGES)
        return first + self.next(end - first)

    def slice(self):
        text = self.of(BASE)
        start = self.next(len(text))
        return text[start : start + 1 + self.next(80)]

    def text(self):
        kind, out = self.next(8), []
        if kind == 0:
            out += self.slice()
        elif kind == 1:
            for _ in range(1 + self.next(12)):
                out += self.of(WORDS) + [0x20]
        elif kind == 2:
            first, end = self.of(RANGES)
            for _ in range(1 + self.next(30)):
                out.append(first + self.next(end - first))
        elif kind == 3:
            for _ in range(1 + self.next(20)):
                out.append(self.point() if self.next(3) else self.of(MARKS))
        elif kind == 4:
            for _ in range(1 + self.next(4)):
                out += [self.of(BLANKS)] * self.next(30) + self.of(WORDS)
            out += [self.of(BLANKS)] * self.next(10)
        elif kind == 5:
            out += self.slice()
            for _ in range(1 + self.next(5)):
                at = self.next(len(out) + 1)
                out.insert(at, self.of(MARKS) if self.next(2) else self.point())
        elif kind == 6:
            for _ in range(1 + self.next(16)):
                c = self.next(0x110000)
                out.append(0x41 if 0xD800 <= c < 0xE000 else c)
        else:
            for _ in range(1 + self.next(60)):
                out.append(self.of(CODE))
        return "".join(map(chr, out))


def files(models):
    """Each tokenizer as it is published, or as the class of its model reads the older file."""
    yield "bert-base-uncased-tokenizer", Tokenizer.from_file(str(models / "bert-base-uncased-tokenizer/tokenizer.json"))
    yield "t5-tokenizer", Tokenizer.from_file(str(models / "t5-tokenizer/tokenizer.json"))
    for name, class_name in (
        ("gpt2-tokenizer", "GPT2Tokenizer"),
        ("llama-tokenizer", "LlamaTokenizer"),
        ("stories260K", "LlamaTokenizer"),
    ):
        with tempfile.TemporaryDirectory() as folder:
            for file in (models / name).iterdir():
                if file.name in ("vocab.json", "merges.txt", "tokenizer.model"):
                    (pathlib.Path(folder) / file.name).write_bytes(file.read_bytes())
            config = pathlib.Path(folder) / "tokenizer_config.json"
            config.write_text(json.dumps({"tokenizer_class": class_name}))
            yield name, AutoTokenizer.from_pretrained(folder).backend_tokenizer


def main():
    assert tokenizers.__version__ == "0.23.2", tokenizers.__version__
    OUT.mkdir(parents=True, exist_ok=True)
    for seed, (name, tokenizer) in enumerate(files(pathlib.Path(sys.argv[1]))):
        tokenizer.no_truncation()
        tokenizer.no_padding()
        made, lines = Texts(seed), []
        for _ in range(TEXTS // BLOCK):
            crc = 0
            for _ in range(BLOCK):
                e = tokenizer.encode(made.text())
                line = "".join(f"{i}:{a}:{b} " for i, (a, b) in zip(e.ids, e.offsets))
                line += tokenizer.decode(e.ids, skip_special_tokens=False) + "\n"
                crc = zlib.crc32(line.encode(), crc)
            lines.append(f"{crc:08x}\n")
        (OUT / f"{name}.txt").write_text("".join(lines))


if __name__ == "__main__":
    main()
