"""Writes the grapheme cluster classes of the Rust `tokenizers` library as our resource graphemes.txt.

The Precompiled normaliser works grapheme by grapheme, with the Unicode version of a crate the library
was built with. Its binding shows no graphemes, but a charsmap that maps every first byte to "X" does: a
cluster of less than six bytes becomes one X, a longer one an X for each code point. Only what that can
tell apart can matter to the normaliser. Run again only when the pinned version changes:

    python bench/goldens/tokenizer_graphemes.py
"""

import base64
import json
import pathlib
import struct

import tokenizers
from tokenizers import Tokenizer

PINNED = "0.23.2"
OUT = pathlib.Path(__file__).resolve().parents[2] / (
    "models/src/main/resources/dev/weft/models/tokenizer/graphemes.txt"
)
HEADER = """\
# Grapheme cluster classes of the Rust library tokenizers %s, written by
# bench/goldens/tokenizer_graphemes.py. Derived from the Unicode Character Database (Unicode License v3).
# A class is a line of hexadecimal ranges.
"""
CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
ACUTE, KA, VIRAMA, ZWJ, COPYRIGHT = "\u0301", "\u0915", "\u094d", "\u200d", "\u00a9"


def every_byte_to_x():
    """A double array with a child of the root for each byte from 1 to 255, all leading to value 0."""
    # Root: offset 256, so that child c is unit 256 ^ c. A child: label c, a leaf, offset 256: its value
    # is unit (256 ^ c) ^ 256 = c.
    units = [0] * 512
    units[0] = 256 << 10
    for c in range(1, 256):
        units[256 ^ c] = c | 1 << 8 | 256 << 10
        units[c] = 1 << 31
    trie = struct.pack("<512I", *units)
    return base64.b64encode(struct.pack("<I", len(trie)) + trie + b"X\0").decode()


def counter():
    t = json.loads(Tokenizer(tokenizers.models.BPE()).to_str())
    t["normalizer"] = {"type": "Precompiled", "precompiled_charsmap": every_byte_to_x()}
    normalizer = Tokenizer.from_str(json.dumps(t)).normalizer
    return lambda s: len(normalizer.normalize_str(s))


def ranges(points):
    out = []
    for c in sorted(points):
        if out and out[-1][1] == c - 1:
            out[-1][1] = c
        else:
            out.append([c, c])
    return " ".join(f"{a:X}" if a == b else f"{a:X}-{b:X}" for a, b in out)


def main():
    assert tokenizers.__version__ == PINNED, tokenizers.__version__
    count = counter()
    assert count("ab") == 2 and count("a" + ACUTE) == 1 and count("\r\n") == 1
    after_a = {c for c in CODE_POINTS if count("a" + chr(c)) == 1}
    # A control is a cluster of its own: a joiner and an accent behind it are another, of five bytes.
    control = {c for c in CODE_POINTS if c not in after_a and count(chr(c) + ZWJ + ACUTE) == 2} - {0xD, 0xA}
    prepend = {c for c in CODE_POINTS if c not in after_a and count(chr(c) + "a") == 1}
    # What may stand between a pictograph and a joiner.
    pictographic = {
        c for c in CODE_POINTS if c not in after_a and count(COPYRIGHT + ZWJ + chr(c)) == 3
    } - prepend
    # KA VIRAMA consonant accent: one cluster of four code points, or two of which the last is short.
    known = after_a | control | {0xD, 0xA}
    other = [c for c in CODE_POINTS if c not in known]
    consonant = {c for c in other if c < 0x10000 and count(KA + VIRAMA + chr(c) + ACUTE) == 4}
    consonant |= {c for c in other if c >= 0x10000 and count(chr(c) + VIRAMA + KA + ACUTE) == 4}
    linker = {c for c in after_a if count(KA + chr(c) + KA + ACUTE) == 4}
    conjunct_extend = {c for c in after_a - linker if count(KA + chr(c) + VIRAMA + KA + ACUTE) == 5}
    picto_extend = {
        c for c in after_a if c != 0x200D and count(COPYRIGHT + chr(c) + ZWJ + COPYRIGHT + ACUTE) == 5
    }
    # Hangul: two of three bytes that join keep an accent off the second. Syllables need no table.
    def joins(first, c):
        return count(first + chr(c) + ACUTE) == 3

    three = [c for c in other if 0x800 <= c < 0x10000 and c not in consonant]
    v = {c for c in three if joins("\u1100", c) and joins("\u1161", c)}
    v |= {c for c in other if c >= 0x10000 and c not in prepend and count(chr(c) + "\u11a8" + ACUTE) == 3}
    t = {c for c in three if joins("\u11a8", c)}
    l = {c for c in three if joins("\u1100", c) and joins(chr(c), 0x1100)}
    text = HEADER % PINNED
    for name, points in {
        "extend": after_a - {0x200D},
        "control": control,
        "prepend": prepend,
        "pictographic": pictographic,
        "pictographic-extend": picto_extend,
        "consonant": consonant,
        "linker": linker,
        "conjunct-extend": conjunct_extend,
        "hangul-l": l,
        "hangul-v": v,
        "hangul-t": t,
    }.items():
        text += f"{name} {ranges(points)}\n"
    OUT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
