"""Writes the tokenizer goldens with the Rust library `tokenizers` and transformers' BertTokenizer.

    python bench/goldens/tokenizer_goldens.py [bert-base-uncased/tokenizer.json]

Without the argument the golden of the real vocabulary is left as it is. All of it is seeded; the same
pinned versions (requirements.txt) write the same bytes.
"""

import gzip
import json
import pathlib
import re
import shutil
import sys
import zlib

import tokenizers
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from tokenizer_texts import PROSE, texts
from transformers import BertTokenizer

OUT = pathlib.Path(__file__).resolve().parents[2] / "models/src/test/resources/goldens/tokenizer"
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ADDED = ["[MASK]", "<x>", "Yesterday", "yesterday", "Ball-Point", "Crème", "中文", "été", "<<", "<<<", " pad "]


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    data = text.encode("utf-8")
    path.write_bytes(gzip.compress(data, 9, mtime=0) if path.suffix == ".gz" else data)


def vocabulary(normalize):
    """Characters, words and word ends of the prose: enough to spell most of it and fail on some."""
    words = sorted({w for p in PROSE for w in re.findall(r"\w+|[^\w\s]", normalize(p)) if len(w) < 30})
    tokens = dict.fromkeys(SPECIAL)
    for w in words:
        tokens.update(dict.fromkeys([w[0], *("##" + c for c in w[1:4])]))
        if len(w) % 3:
            tokens.update(dict.fromkeys([w, w[: (len(w) + 1) // 2], "##" + w[len(w) // 2 :]]))
    return tokens


def renumber(vocab):
    return {t: i for i, t in enumerate(vocab)}


def bert_post(vocab):
    return processors.BertProcessing(("[SEP]", vocab["[SEP]"]), ("[CLS]", vocab["[CLS]"]))


def template(vocab):
    return processors.TemplateProcessing(
        single="[CLS]:2 $A:1 [SEP]:3 [MASK]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[(t, vocab[t]) for t in ("[CLS]", "[SEP]", "[MASK]")],
    )


def build(normalizer, pre_tokenizer, post, prefix="##", max_chars=100, cleanup=True):
    vocab = renumber(vocabulary(normalizer.normalize_str if normalizer else str))
    if prefix != "##":
        vocab = renumber(dict.fromkeys(t.replace("##", prefix) for t in vocab))
    t = Tokenizer(
        models.WordPiece(
            vocab,
            unk_token="[UNK]",
            continuing_subword_prefix=prefix,
            max_input_chars_per_word=max_chars,
        )
    )
    if normalizer:
        t.normalizer = normalizer
    if pre_tokenizer:
        t.pre_tokenizer = pre_tokenizer
    if post:
        t.post_processor = post(vocab)
    t.decoder = decoders.WordPiece(prefix=prefix, cleanup=cleanup)
    t.add_special_tokens(SPECIAL)
    return t


def variants():
    bert = normalizers.BertNormalizer
    split = pre_tokenizers.BertPreTokenizer()
    yield "uncased", build(bert(), split, bert_post)
    yield "cased", build(bert(lowercase=False), split, template, cleanup=False)
    yield "raw", build(bert(False, False, False, True), pre_tokenizers.Whitespace(), None, max_chars=6)
    yield "nfkc", build(
        normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()]),
        pre_tokenizers.WhitespaceSplit(),
        bert_post,
        prefix="@",
    )
    yield "nfkd", build(
        normalizers.Sequence([normalizers.NFKD(), normalizers.StripAccents()]),
        pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), split]),
        template,
    )
    yield "nfc", build(normalizers.NFC(), split, bert_post, prefix="")
    yield "nfd", build(normalizers.NFD(), None, bert_post)
    t = build(bert(), split, template)
    t.add_special_tokens([AddedToken("[MASK]", lstrip=True, special=True, normalized=False)])
    t.add_tokens(
        [
            AddedToken("<x>", rstrip=True, lstrip=True, normalized=False),
            AddedToken("Yesterday", single_word=True, normalized=True),
            AddedToken("Ball-Point", normalized=True),
            AddedToken("Crème", single_word=True, normalized=False, rstrip=True),
            AddedToken("中文", normalized=True, lstrip=True),
            AddedToken("<<", normalized=False),
            AddedToken("<<<", normalized=False, single_word=True),
            AddedToken(" pad ", normalized=True, special=True),
        ]
    )
    t.enable_truncation(12, direction="left")
    t.enable_padding(length=9, pad_to_multiple_of=5, direction="left", pad_id=0, pad_type_id=7)
    yield "added", t


def line(encoding):
    return " ".join(f"{i}:{a}:{b}" for i, (a, b) in zip(encoding.ids, encoding.offsets)) + "\n"


def full(tokenizer, text):
    e = tokenizer.encode(text)
    return {
        "text": text,
        "ids": e.ids,
        "tokens": e.tokens,
        "offsets": e.offsets,
        "type_ids": e.type_ids,
        "attention_mask": e.attention_mask,
        "special_tokens_mask": e.special_tokens_mask,
        "decoded": tokenizer.decode(e.ids, skip_special_tokens=False),
        "decoded_without_special": tokenizer.decode(e.ids, skip_special_tokens=True),
    }


def json_lines(items):
    return "".join(json.dumps(i) + "\n" for i in items)


def tiny():
    words = [w for p in PROSE[:10] for w in p.split() if len(w) > 1] + ADDED
    all_texts = texts(2000, 1, words)
    write(OUT / "texts.jsonl.gz", json_lines(all_texts))
    for name, t in variants():
        folder = OUT / name
        write(folder / "tokenizer.json", json.dumps(json.loads(t.to_str()), ensure_ascii=False) + "\n")
        write(folder / "prose.jsonl.gz", json_lines(full(t, p) for p in PROSE + all_texts[len(PROSE) : 150]))
        t.no_truncation()
        t.no_padding()
        count = 2000 if name in ("uncased", "added") else 600
        write(folder / "ids.txt.gz", "".join(line(t.encode(x)) for x in all_texts[:count]))


def code_points():
    """A CRC-32 of every 4,096 code points for each normaliser and pre-tokenizer."""
    bert = normalizers.BertNormalizer
    norms = {
        "bert": bert(),
        "bert-clean": bert(True, False, False, False),
        "bert-ideographs": bert(False, True, False, False),
        "bert-accents": bert(False, False, True, False),
        "lowercase": normalizers.Lowercase(),
        "strip-accents": normalizers.StripAccents(),
        "nfc": normalizers.NFC(),
        "nfd": normalizers.NFD(),
        "nfkc": normalizers.NFKC(),
        "nfkd": normalizers.NFKD(),
    }
    splits = {
        "split-bert": pre_tokenizers.BertPreTokenizer(),
        "split-whitespace": pre_tokenizers.Whitespace(),
        "split-blanks": pre_tokenizers.WhitespaceSplit(),
    }
    out = []
    for name, f in [(n, f.normalize_str) for n, f in norms.items()] + [
        (n, lambda s, f=f: "|".join(p for p, _ in f.pre_tokenize_str(s))) for n, f in splits.items()
    ]:
        sums = []
        for block in range(0, 0x110000, 4096):
            crc = 0
            for c in range(block, block + 4096):
                if not 0xD800 <= c < 0xE000:
                    # U+0345 and U+0334 have the last and the first combining class.
                    s = "A" + chr(c) + "e\u0345" + chr(c) + "\u0334"
                    crc = zlib.crc32((f(s) + "\n").encode(), crc)
            sums.append(f"{crc:08x}")
        out.append(name + " " + " ".join(sums) + "\n")
    write(OUT / "code-points.txt.gz", "".join(out))


VOCAB = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n<s>\nthe\nThe\nquick\n##ly\nbrown\nfox\ne\nÉ\né\n中\n,\n.\n##s\n文字\n"
CONFIGS = {
    "plain": (VOCAB, None),
    "windows": (VOCAB.replace("\n", "\r\n").rstrip(), None),
    "repeated": (VOCAB + "fox\n[LAST]\n", {"do_lower_case": True, "model_max_length": 512}),
    "cased": (VOCAB, {"do_lower_case": False, "tokenize_chinese_chars": False}),
    "accents": (VOCAB, {"do_lower_case": False, "strip_accents": True}),
    "no-accents": (VOCAB, {"do_lower_case": True, "strip_accents": False, "cls_token": "<s>"}),
    "mask-object": (
        VOCAB,
        {
            "mask_token": {
                "__type": "AddedToken",
                "content": "[MASK]",
                "lstrip": True,
                "rstrip": False,
                "normalized": False,
                "single_word": False,
            },
            "tokenizer_class": "BertTokenizer",
        },
    ),
}
SAMPLES = ["The quick, QUICKLY fox É é e\u0301.", "a [MASK] the  [MASK]\u4e2d\u6587\u5b57[SEP] <s> foxs thes", ""]


def vocab_txt():
    for name, (vocab, config) in CONFIGS.items():
        folder = OUT / "vocab-txt" / name
        folder.mkdir(parents=True)
        write(folder / "vocab.txt", vocab)
        if config is not None:
            write(folder / "tokenizer_config.json", json.dumps(config, indent=2) + "\n")
        t = BertTokenizer.from_pretrained(folder)
        write(folder / "expected.jsonl", json_lines({"text": s, "ids": t(s)["input_ids"]} for s in SAMPLES))


def real(path):
    t = Tokenizer.from_file(path)
    t.no_truncation()
    t.no_padding()
    words = sorted(w for w in t.get_vocab() if w.isalpha() and w.isascii())
    chosen = texts(3000, 2, words)
    write(OUT / "bert-base-uncased" / "texts.jsonl.gz", json_lines(chosen))
    write(OUT / "bert-base-uncased" / "ids.txt.gz", "".join(line(t.encode(x)) for x in chosen))


def main():
    assert tokenizers.__version__ == "0.23.2", tokenizers.__version__
    for old in OUT.glob("*"):
        if old.name not in ("bert-base-uncased", "components"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    tiny()
    code_points()
    vocab_txt()
    if len(sys.argv) > 1:
        real(sys.argv[1])


if __name__ == "__main__":
    main()
