"""Texts for the tokenizer goldens: written ones and seeded random ones that look for trouble."""

import random

PROSE = [
    "Refillable Ball-Point Pen, 0.7mm (Pack of 12) - Blue/Black",
    "L'Oréal Paris Revitalift Crème, 50 ml – SPF 30!",
    "HP 63XL | High-yield Ink Cartridge | Works with DeskJet 1112, 2130, 3630 Series",
    "Organic Extra-Virgin Olive Oil (Cold Pressed) 16.9 fl oz, 500mL x 2",
    "Yamaha FG800J Solid-Top Acoustic Guitar w/ Gig Bag & Picks",
    "it's what they don't say: \"we've 99.9% uptime\"... isn't it?",
    "The quick brown fox jumps over the lazy dog; THE QUICK BROWN FOX.",
    "unaffable unbelievable internationalization antidisestablishmentarianism",
    "public static void main(String[] args) { System.out.println(\"x += y << 2;\"); }",
    "def f(x):\n\treturn {k: v**2 for k, v in x.items() if v != 0}  # comment\r\n",
    "https://example.org/a/b?c=d&e=%20f#g mailto:someone@example.org C:\\Temp\\x.txt",
    "Größe: 42 · naïve façade, Ångström, œuvre, ßtraße, STRASSE, Ÿ, ŉ, ǰ",
    "Быстрая коричневая лиса, ЁЖИК и йод; Київ, Ґанок, Їжак",
    "Ταχεία αλεπού, ΟΔΥΣΣΕΥΣ ὁ Ὀδυσσεύς, ᾳ ᾼ ΐ",
    "中文字符和标点。日本語のテキスト、カタカナ。한국어 문장입니다! 繁體中文「引號」",
    "ガギグゲゴ ガギグゲゴ ㌀ ㍿ ㎏ ﷺ ﬁ ﬃ ½ ² Ⅷ ① ㈱ ｱｲｳ ＡＢＣ",
    "مرحبا بالعالم، كيف حالك؟ שָׁלוֹם עֲלֵיכֶם, हिन्दी में लिखा है। বাংলা ไทย ภาษาไทย ខ្មែរ தமிழ் తెలుగు",
    "İstanbul ISPARTA ıslak İ i̇ Dž ǅ ǆ ẞ Ω Å K ſ ﬅ",
    "👩‍👩‍👧‍👦 👍🏽 🇩🇪🇫🇷 🏳️‍🌈 😀text😀 ❤️ ☃️ ✈ 1️⃣ 🤷🏿‍♀️ 𝕳𝖊𝖑𝖑𝖔 𝟙𝟚𝟛 𠀀𪜀 🀄",
    "é é ẹ́ ẹ́ ạ̈̈ o͂͂͂ Z̷̛̩a̶̭͝l̸̼̑g̶͖̈o̵̰͝ ệ ệ q̣̇ q̣̇ ᾅ̀̈́",
    "[CLS] hello [SEP] world [MASK] [PAD][UNK] [cls] [ MASK ] [[MASK]] x[SEP]y [MASK",
    "##ing ##a # ## ### a##b __init__ snake_case CamelCase kebab-case 3,141.59 1e-5 $9.99 €5 £3 ¥7",
    "\u00a0nbsp\u2003em\u2009thin\u200bzw\u200czwnj\u200dzwj\ufeffbom\u2028ls\u2029ps\u0085nel\u3000ideo\u1680ogham\u180emvs",
    "tab\tnewline\ncr\rvt\u000bff\u000cnul\u0000bell\u0007esc\u001bdel\u007fc1\u0080\u009f soft\u00adhyphen \ufffd repl",
    "a" * 99 + " " + "b" * 100 + " " + "c" * 101 + " " + "é" * 101 + " 中" * 3,
    "", " ", "  \t\n ", ".", "...", "'", "\u0301", "\u0301\u0316a", "\u0344\u0316x", "각각 각 ᄀᆨ",
    "\u0f73\u0f75\u0f81 \u0f71\u0f72", "\ud7a3\uac00 \u1100\u1161\u11a8", "\U0001d15e\U0001d1bb", "\ufb1d\u2adc\u0958",
]

POOLS = [
    [range(0x20, 0x7F)],
    [range(0x20, 0x7F), range(0xA0, 0x250)],
    [range(0x300, 0x370), range(0x61, 0x7B), [0x20, 0x345, 0x334, 0x315]],
    [range(0x370, 0x530), [0x20, 0x2E]],
    [range(0x590, 0x700), [0x20, 0x2E]],
    [range(0x900, 0xE00), [0x20]],
    [range(0xE00, 0x1200), [0x20]],
    [range(0x1100, 0x1200), range(0xAC00, 0xD7A4)],
    [range(0x1E00, 0x2000), range(0x300, 0x330), [0x20]],
    [range(0x2000, 0x2E80), [0x20, 0x61]],
    [range(0x3000, 0x3400), range(0x4E00, 0x5200), [0x20, 0x61]],
    [range(0xF900, 0x10000), [0x20, 0x61]],
    [range(0x1D100, 0x1D800), range(0x1F300, 0x1FA00), [0x200D, 0xFE0F, 0x20]],
    [range(0x20000, 0x2FA20), [0x20, 0x62]],
    [range(0x0, 0xA1), range(0x2000, 0x2070), [0xFEFF, 0xFFFD, 0xAD]],
]


def random_text(rng, words):
    kind = rng.random()
    if kind < 0.35:
        # Words of the vocabulary, broken, joined and decorated.
        out = []
        for _ in range(rng.randint(1, 20)):
            w = rng.choice(words)
            w = rng.choice([w, w.upper(), w.title(), w + rng.choice(words), w[: rng.randint(1, len(w))]])
            if rng.random() < 0.15:
                i = rng.randint(0, len(w))
                w = w[:i] + rng.choice("\u0301\u0308\u0327\u200d\u00ad.,-'_é中😀#") + w[i:]
            out.append(w)
        return "".join(w + rng.choice([" ", " ", " ", "  ", "", "-", ", ", ". ", "\n", "\u00a0"]) for w in out)
    if kind < 0.9:
        pool = rng.choice(POOLS)
        return "".join(chr(rng.choice(rng.choice(pool))) for _ in range(rng.randint(1, 40)))
    if kind < 0.96:
        points = (rng.randrange(0x110000) for _ in range(rng.randint(1, 30)))
        return "".join(chr(c) for c in points if not 0xD800 <= c < 0xE000)
    parts = [rng.choice(PROSE) for _ in range(2)]
    return "".join(p[rng.randint(0, len(p)) :] for p in parts)


def texts(count, seed, words):
    """The written texts, then random ones up to count."""
    rng = random.Random(seed)
    return PROSE + [random_text(rng, words) for _ in range(count - len(PROSE))]
