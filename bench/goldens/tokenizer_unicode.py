"""Writes the character tables of the Rust `tokenizers` library as our resource unicode.txt.

The Rust library mixes several Unicode versions (its own regex and standard library, Oniguruma, and crates
frozen at 8.0 and 9.0), the JDK has another that moves with every release. So the classes and mappings are read
off the library itself, code point by code point, through its Python binding. Run again only when the
pinned `tokenizers` version changes:

    python bench/goldens/tokenizer_unicode.py
"""

import pathlib

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

PINNED = "0.23.2"
OUT = pathlib.Path(__file__).resolve().parents[2] / (
    "models/src/main/resources/dev/weft/models/tokenizer/unicode.txt"
)
HEADER = """\
# Character classes and mappings of the Rust library tokenizers %s, written by
# bench/goldens/tokenizer_unicode.py. Derived from the Unicode Character Database (Unicode License v3).
# A class is a line of hexadecimal ranges; a mapping is "from:to,to"; a composition "first,second:result".
"""
CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]


def ranges(points):
    out = []
    for c in sorted(points):
        if out and out[-1][1] == c - 1:
            out[-1][1] = c
        else:
            out.append([c, c])
    return " ".join(f"{a:X}" if a == b else f"{a:X}-{b:X}" for a, b in out)


def mapping(entries):
    return " ".join(
        f"{c:X}:" + ",".join(f"{ord(d):X}" for d in to) for c, to in sorted(entries.items())
    )


def bert(clean=False, chinese=False, strip=False, lower=False):
    return normalizers.BertNormalizer(clean, chinese, strip, lower)


def pieces(pre_tokenizer, c):
    return [p for p, _ in pre_tokenizer.pre_tokenize_str("a" + chr(c) + "b")]


def combining_classes(nfd):
    """Canonical_Combining_Class of every code point that canonical ordering moves."""

    def swaps(first, second):
        return nfd("a" + chr(first) + chr(second)) != "a" + chr(first) + chr(second)

    # U+0334 has class 1, U+0345 class 240: every non-zero class swaps with one of them.
    moving = [c for c in CODE_POINTS if nfd(chr(c)) == chr(c) and (swaps(0x345, c) or swaps(c, 0x334))]
    # Rank by comparison: a swaps behind b when 0 < class(b) < class(a). Classes are known for one
    # representative of each; only their order matters to canonical ordering.
    below = {c: 0 for c in moving}
    representatives = []
    for c in moving:
        if not any(not swaps(c, r) and not swaps(r, c) for r in representatives):
            representatives.append(c)
    for c in moving:
        below[c] = 1 + sum(swaps(c, r) for r in representatives)
    below.setdefault(0x334, 1)
    return below


CATEGORIES = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Co".split()
SCRIPTS = (
    "Arabic Armenian Bengali Bopomofo Common Cyrillic Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Han"
    " Hangul Hebrew Hiragana Inherited Kannada Katakana Khmer Lao Latin Malayalam Mongolian Myanmar Sinhala"
    " Tamil Telugu Thai Tibetan"
).split()


def oniguruma(pattern):
    """The code points an Oniguruma class holds: the library's regular expressions in Split and Replace."""
    split = pre_tokenizers.Split(Regex(pattern), "removed", invert=True)
    found = set()
    for i in range(0, len(CODE_POINTS), 8192):
        text = "".join(map(chr, CODE_POINTS[i : i + 8192]))
        found.update(ord(c) for piece, _ in split.pre_tokenize_str(text) for c in piece)
    return found


def script_classes():
    """Classes of code points between which UnicodeScripts does not split; it never splits at class 0."""
    split = pre_tokenizers.UnicodeScripts()

    def count(text):
        return len(split.pre_tokenize_str(text))

    latin, cyrillic = "a", "\u044f"
    neutral = {
        c
        for c in CODE_POINTS
        if count(latin + chr(c) + latin) == 1 and count(cyrillic + chr(c) + cyrillic) == 1
    }
    runs = []
    for c in CODE_POINTS:
        if c not in neutral:
            if runs and count(chr(runs[-1][-1]) + chr(c)) == 1:
                runs[-1].append(c)
            else:
                runs.append([c])
    groups = []
    for run in runs:
        for group in groups:
            if count(chr(group[0]) + chr(run[0])) == 1:
                group.extend(run)
                break
        else:
            groups.append(list(run))
    return groups


def main():
    assert tokenizers.__version__ == PINNED, tokenizers.__version__
    clean, strip = bert(clean=True), bert(strip=True)
    lower, accents = normalizers.Lowercase(), normalizers.StripAccents()
    nfd, nfkd = normalizers.NFD().normalize_str, normalizers.NFKD().normalize_str
    nfc = normalizers.NFC().normalize_str
    bert_split, words = pre_tokenizers.BertPreTokenizer(), pre_tokenizers.Whitespace()
    classes = {n: set() for n in ("removed", "nonspacing", "mark", "punctuation", "word")}
    maps = {n: {} for n in ("lowercase", "canonical", "compatibility")}
    hangul = range(0xAC00, 0xAC00 + 11172)
    for c in CODE_POINTS:
        s = chr(c)
        if clean.normalize_str(s) == "":
            classes["removed"].add(c)
        if nfd(s) == s and strip.normalize_str(s) == "":
            classes["nonspacing"].add(c)
        if accents.normalize_str(s) == "":
            classes["mark"].add(c)
        if len(pieces(bert_split, c)) == 3:
            classes["punctuation"].add(c)
        if len(pieces(words, c)) == 1:
            classes["word"].add(c)
        if lower.normalize_str(s) != s:
            maps["lowercase"][c] = lower.normalize_str(s)
        if c not in hangul:
            if nfd(s) != s:
                maps["canonical"][c] = nfd(s)
            if nfkd(s) != nfd(s):
                maps["compatibility"][c] = nfkd(s)
    compositions = []
    for c, to in sorted(maps["canonical"].items()):
        first = nfc(to[:-1])
        if len(to) > 1 and nfc(to) == chr(c) and len(first) == 1:
            compositions.append(f"{ord(first):X},{ord(to[-1]):X}:{c:X}")
    order = {}
    for c, rank in combining_classes(nfd).items():
        order.setdefault(rank, []).append(c)
    digits = pre_tokenizers.Digits(individual_digits=True)
    classes["numeric"] = {c for c in CODE_POINTS if len(pieces(digits, c)) == 3}
    categories = {name: oniguruma(r"\p{%s}" % name) for name in CATEGORIES}
    scripts = {name: oniguruma(r"\p{%s}" % name) for name in SCRIPTS}
    alphabetic = oniguruma(r"\p{Alphabetic}")
    with open(OUT, "w", encoding="utf-8", newline="\n") as out:
        out.write(HEADER % tokenizers.__version__)
        for name, points in classes.items():
            out.write(f"{name} {ranges(points)}\n")
        for name, points in categories.items():
            out.write(f"category-{name} {ranges(points)}\n")
        out.write(f"alphabetic {ranges(alphabetic)}\n")
        for name, points in scripts.items():
            out.write(f"script-{name} {ranges(points)}\n")
        for i, points in enumerate(script_classes()):
            out.write(f"scripts{i + 1} {ranges(points)}\n")
        for rank in sorted(order):
            out.write(f"order{rank} {ranges(order[rank])}\n")
        for name, entries in maps.items():
            out.write(f"{name} {mapping(entries)}\n")
        out.write("composition " + " ".join(compositions) + "\n")


if __name__ == "__main__":
    main()
