"""Tokenizers that reach every branch of every component of a tokenizer.json but the trained models.

Their model spells pieces character by character, so that ids show what normalizers and pre-tokenizers
made, offsets where it came from and word ids where it was split.
"""

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

N, P, D, O = normalizers, pre_tokenizers, decoders, processors
SPECIAL = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "<s>", "</s>"]
BEHAVIORS = ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
CL100K = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$"
    r"|\s*[\r\n]|\s+(?!\S)|\s"
)
O200K = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
BLOOM = r" ?[^(\s|[.,!?…。，、।۔،])]+"
DEEPSEEK = (
    r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
    r"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
KIMI = r"[\p{Han}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+|\p{N}{1,3}|."
REGEXES = {
    "llama3": LLAMA3,
    "cl100k": CL100K,
    "o200k": O200K,
    "gpt2": GPT2,
    "bloom": BLOOM,
    "deepseek": DEEPSEEK,
    "kimi": KIMI,
    "cjk": "[一-龥぀-ゟ゠-ヿ]+",
    "clip": r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+",
    "thousands": r"\d{1,3}(?=(?:\d{3})*\b)",
    "digits3": "[0-9][0-9][0-9]",
    "blanks": r" {2,}",
    "empty": "",
    "star": "a*",
    "lazy": r"<.+?>|\(.*?\)|e{1,2}?",
    "exact": r"o{2}?|(?:ab){2,}+|l{2}",
    "possessive": r"\w++\d|\s?+x",
    "atomic": r"(?>a+|b)c|(?>\s+)\S",
    "behind": r"(?<=[a-z])(?=[A-Z])|(?<!\s)\.(?!\d)|(?<=ab|c)x",
    "anchors": r"^.|.$|\A\s|\S\z|\n\Z",
    "boundaries": r"\b\w|\B-\B",
    "classes": r"[[:punct:]]+|[[:^alpha:]&&[^\s]]|[a-f&&[^bd]]|[^\x{80}-\x{10FFFF}\u0041]",
    "nested": r"((a|b)*c|(?<n>d(e|f)?)+)+",
    "case": r"(?i)kelvin|[a-d]s|(?-i)XYZ|x(?i:y)Z",
    "dotall": r"(?m:a.b)|c.d",
    "hex": r"\h+\H|\x41|\t|\e|\-|\/|\#",
    "posix": r"[[:alnum:]]+|[[:space:]]|[[:digit:][:cntrl:]]",
    "word": r"\w+|[^\w\s]+",
    "negated": r"\P{L}|\p{^N}",
    "comment": r"a(?#note)b|\S(?#)\s",
    "loops": r"(?:\s*\p{L}+\s*)+|(?:x?)*y|(?:a|ab)(?:c|bcd)(?:d*)",
}


def normalizer_variants():
    yield "strip", N.Strip()
    yield "strip-left", N.Strip(left=True, right=False)
    yield "strip-right", N.Strip(left=False, right=True)
    yield "nmt", N.Nmt()
    yield "byte-level", N.ByteLevel()
    yield "prepend", N.Prepend("▁")
    yield "prepend-long", N.Sequence([N.Strip(), N.Prepend("a▁b"), N.Lowercase()])
    yield "replace", N.Replace(" ", "▁")
    yield "replace-grow", N.Sequence([N.Replace("e", "éa\u0301"), N.NFC(), N.Replace("a", "")])
    yield "replace-regex", N.Sequence([N.Replace(Regex(r" {2,}|\s$"), "▁"), N.NFKC()])
    yield "replace-quotes", N.Sequence([N.Replace("``", '"'), N.Replace("''", '"'), N.NFKD(), N.StripAccents()])
    yield "replace-empty", N.Replace(Regex("b*"), "-")
    yield "nfkc-nmt", N.Sequence([N.Nmt(), N.NFKC(), N.Replace(Regex(" {2,}"), " ")])
    yield "all", N.Sequence(
        [N.NFD(), N.StripAccents(), N.Lowercase(), N.Prepend(" "), N.Replace(" ", "▁"), N.Sequence([N.ByteLevel()])]
    )


def pre_tokenizer_variants():
    for space in (True, False):
        for regex in (True, False):
            yield f"byte-level-{space}-{regex}", P.ByteLevel(add_prefix_space=space, use_regex=regex)
    for scheme in ("always", "first", "never"):
        for split in (True, False):
            yield f"metaspace-{scheme}-{split}", P.Metaspace(prepend_scheme=scheme, split=split)
    yield "metaspace-other", P.Metaspace(replacement="_", prepend_scheme="always")
    for b in BEHAVIORS:
        yield f"punctuation-{b}", P.Punctuation(behavior=b)
        for invert in (True, False):
            yield f"split-string-{b}-{invert}", P.Split("e", behavior=b, invert=invert)
            yield f"split-regex-{b}-{invert}", P.Split(Regex(r"\s+|\d|(?=,)"), behavior=b, invert=invert)
    yield "split-long", P.Split("the", behavior="isolated")
    yield "split-nothing", P.Split("", behavior="isolated")
    yield "digits", P.Digits()
    yield "digits-each", P.Digits(individual_digits=True)
    yield "delimiter", P.CharDelimiterSplit("a")
    yield "scripts", P.UnicodeScripts()
    yield "fixed", P.FixedLength(length=3)
    yield "whitespace", P.Whitespace()
    yield "sequence", P.Sequence([P.WhitespaceSplit(), P.Digits(), P.Punctuation()])
    yield "sequence-metaspace", P.Sequence([P.Whitespace(), P.Metaspace(prepend_scheme="first")])
    yield "sequence-bytes", P.Sequence([P.Split(Regex(LLAMA3), "isolated"), P.ByteLevel(False, use_regex=False)])
    yield "sequence-scripts", P.Sequence([P.Sequence([P.UnicodeScripts()]), P.FixedLength(length=2)])


def regex_variants():
    for name, source in REGEXES.items():
        yield f"regex-{name}", P.Split(Regex(source), behavior="isolated")
        yield f"regex-{name}-removed", P.Split(Regex(source), behavior="removed", invert=True)


def post_variants(vocab):
    def pair(token):
        return (token, vocab[token])

    specials = [pair("[CLS]"), pair("[SEP]"), pair("<s>")]
    plain = O.TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=specials)
    odd = O.TemplateProcessing(
        single="$A:2 <s>:1 $A:0", pair="$B:3 <s>:2 $A:1 [CLS]:5 [CLS] $B:0", special_tokens=specials
    )
    yield "none", None
    yield "bert", O.BertProcessing(pair("[SEP]"), pair("[CLS]"))
    for trim in (True, False):
        for space in (True, False):
            yield f"roberta-{trim}-{space}", O.RobertaProcessing(pair("</s>"), pair("<s>"), trim, space)
            yield f"byte-level-{trim}-{space}", O.ByteLevel(trim_offsets=trim, add_prefix_space=space)
    yield "template", plain
    yield "template-odd", odd
    yield "sequence", O.Sequence([O.ByteLevel(trim_offsets=True, add_prefix_space=False), plain])
    yield "sequence-late", O.Sequence([odd, O.ByteLevel(trim_offsets=True, add_prefix_space=True)])
    yield "sequence-twice", O.Sequence([O.ByteLevel(True, True), O.ByteLevel(False, True)])
    yield "sequence-roberta", O.Sequence([O.RobertaProcessing(pair("</s>"), pair("<s>")), O.ByteLevel(True, True)])
    yield "sequence-bert", O.Sequence([O.BertProcessing(pair("[SEP]"), pair("[CLS]")), O.ByteLevel(True, True)])


def decoder_variants():
    yield "byte-level", D.ByteLevel()
    yield "word-piece", D.WordPiece(prefix="e", cleanup=True)
    for scheme in ("always", "first", "never"):
        yield f"metaspace-{scheme}", D.Metaspace(prepend_scheme=scheme)
    yield "fallback", D.ByteFallback()
    yield "fuse", D.Sequence([D.Fuse(), D.Replace(Regex(r"\s+"), "_")])
    yield "replace", D.Replace("▁", " ")
    yield "bpe", D.BPEDecoder(suffix="e")
    yield "ctc", D.CTC(pad_token="a", word_delimiter_token="e", cleanup=True)
    yield "ctc-raw", D.CTC(pad_token="[PAD]", word_delimiter_token="|", cleanup=False)
    yield "llama", D.Sequence([D.Replace("▁", " "), D.ByteFallback(), D.Fuse(), D.Strip(" ", 1, 0)])
    # The library panics where a token has fewer characters than are to be stripped from its end.
    yield "strip", D.Sequence([D.Replace(Regex("$"), "xe"), D.Strip("e", 2, 2)])


def characters(text_list, normalizer, pre_tokenizer):
    found = set()
    for text in text_list:
        normal = normalizer.normalize_str(text) if normalizer else text
        found.update(normal)
        if pre_tokenizer:
            for piece, _ in pre_tokenizer.pre_tokenize_str(normal):
                found.update(piece)
    return found


def build(seen, normalizer=None, pre_tokenizer=None, post=None, decoder=None, extra=()):
    """A tokenizer that knows most characters of the texts seen, one by one."""
    chars = sorted(c for c in characters(seen, normalizer, pre_tokenizer) | set("▁aeĠ") if ord(c) % 17)
    vocab = {t: i for i, t in enumerate(dict.fromkeys([*SPECIAL, *extra, *chars]))}
    t = Tokenizer(
        models.WordPiece(vocab, unk_token="[UNK]", continuing_subword_prefix="", max_input_chars_per_word=60)
    )
    if normalizer:
        t.normalizer = normalizer
    if pre_tokenizer:
        t.pre_tokenizer = pre_tokenizer
    if post:
        t.post_processor = post(vocab) if callable(post) else post
    if decoder:
        t.decoder = decoder
    t.add_special_tokens(SPECIAL)
    return t


def variants(seen):
    """(name, tokenizer, what to look at: "text", "pair" or "decode")"""
    for name, n in normalizer_variants():
        yield f"normalizer-{name}", build(seen, normalizer=n), "text"
    for name, p in pre_tokenizer_variants():
        yield f"pre-{name}", build(seen, pre_tokenizer=p), "text"
    for name, p in regex_variants():
        yield f"pre-{name}", build(seen, pre_tokenizer=p), "text"
    vocab = {t: i for i, t in enumerate(SPECIAL)}
    for name, o in post_variants(vocab):
        yield f"post-{name}", build(seen, pre_tokenizer=P.ByteLevel(add_prefix_space=True), post=o), "pair"
    for name, d in decoder_variants():
        fallback = [f"<0x{b:02X}>" for b in range(0x40, 0x100, 3)] + ["<0x4>", "<0xGG>", "e▁", " e", " .", " n't"]
        yield f"decoder-{name}", build(seen, pre_tokenizer=P.ByteLevel(False), decoder=d, extra=fallback), "decode"
    words = {t: i for i, t in enumerate([*SPECIAL, "the", "The", "é", "a", ",", "."])}
    t = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    t.pre_tokenizer = P.Whitespace()
    yield "word-level", t, "text"
    yield "word-level-whole", Tokenizer(models.WordLevel(words, unk_token="[UNK]")), "text"
    yield from added_variants(seen)
    yield from length_variants(seen)


def added_variants(seen):
    for name, n, p in [
        ("plain", None, P.ByteLevel(False)),
        ("lower", N.Lowercase(), P.Metaspace(prepend_scheme="first")),
        ("prepended", N.Sequence([N.Prepend("▁"), N.Replace(" ", "▁")]), None),
        ("bytes", N.Sequence([N.NFC(), N.ByteLevel()]), None),
    ]:
        t = build(seen, normalizer=n, pre_tokenizer=p, decoder=D.ByteLevel() if name == "bytes" else None)
        t.add_tokens(
            [
                AddedToken("the", single_word=True),
                AddedToken("he", lstrip=True),
                AddedToken("qu", rstrip=True, normalized=False),
                AddedToken("ick", lstrip=True, rstrip=True),
                AddedToken("<x>", lstrip=True, rstrip=True, normalized=False, single_word=True),
                AddedToken("  ", normalized=False),
                AddedToken("   ", normalized=True),
                AddedToken("é", normalized=True),
                AddedToken("É", normalized=False, single_word=True),
                AddedToken("中文", single_word=True),
                AddedToken("Über", special=True, normalized=True),
                AddedToken("\n", rstrip=True),
            ]
        )
        yield f"added-{name}", t, "text"


def length_variants(seen):
    vocab = {t: i for i, t in enumerate(SPECIAL)}
    bert = O.BertProcessing(("[SEP]", vocab["[SEP]"]), ("[CLS]", vocab["[CLS]"]))
    for strategy in ("longest_first", "only_first", "only_second"):
        for direction in ("left", "right"):
            for length in (3, 8, 15):
                t = build(seen, pre_tokenizer=P.WhitespaceSplit(), post=bert)
                t.enable_truncation(length, stride=0, strategy=strategy, direction=direction)
                if length == 8:
                    t.enable_padding(direction=direction, pad_id=3, pad_type_id=7, pad_token="[PAD]", length=11)
                elif length == 15:
                    t.enable_padding(direction=direction, pad_to_multiple_of=4)
                yield f"length-{strategy}-{direction}-{length}", t, "pair"
