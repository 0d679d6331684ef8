"""Writes goldens of the models BPE and Unigram, the Precompiled normaliser and the files older than
tokenizer.json, with the Rust library `tokenizers` and transformers' AutoTokenizer.

    python bench/goldens/tokenizer_models_goldens.py

Below models/src/test/resources/goldens/tokenizer-models/: texts.jsonl.gz; json/<variant>/ with a
tokenizer.json.gz trained on the prose; older/<variant>/ with vocab.json and merges.txt or a SentencePiece
model and its settings, each file a .gz. Each folder has expected.txt.gz, a line a text: the CRC-32 of its tokens and
of the decoded text (each with a newline behind), a tab, and "id:gap:length ..." in code points, the gap
being from the end of the token before.
"""

import base64
import gzip
import io
import json
import pathlib
import shutil
import tempfile
import zlib

import sentencepiece
import tokenizers
from tokenizer_texts import PROSE, texts
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import AutoTokenizer

OUT = pathlib.Path(__file__).resolve().parents[2] / "models/src/test/resources/goldens/tokenizer-models"
COUNT = 75
BYTES = [f"<0x{b:02X}>" for b in range(256)]
WORDS = [w for p in PROSE[:12] for w in p.split() if len(w) > 1] + ["<unk>", "<s>", "</s>", "<0x41>", "▁", " ▁", "  "]
# Rules of a charsmap: from, to, as hexadecimal code points. The shortest prefix wins, a letter and an
# accent are one grapheme, and what becomes nothing shifts the offsets.
RULES = [
    ("FB01", "66 69"), ("2122", "54 4D"), ("65 301", "E9"), ("FF21", "41"), ("D", "20"), ("D A", "20"),
    ("9", "20"), ("200B", ""), ("7F", ""), ("1100 1161", "AC00"), ("337F", "682A 5F0F 4F1A 793E"), ("A0", "20"),
    ("915 94D", "915"), ("A9", "43"), ("61 308 323", "61"),
]


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    data = text if isinstance(text, bytes) else text.encode("utf-8")
    path.write_bytes(gzip.compress(data, 9, mtime=0) if path.suffix == ".gz" else data)


def expected(folder, tokenizer, chosen):
    lines = []
    for text in chosen:
        e = tokenizer.encode(text)
        ends = [0] + [end for _, end in e.offsets]
        ids = " ".join(f"{i}:{a - ends[k]}:{b - a}" for k, (i, (a, b)) in enumerate(zip(e.ids, e.offsets)))
        words = [*e.tokens, tokenizer.decode(e.ids, skip_special_tokens=False)]
        crc = zlib.crc32("".join(w + "\n" for w in words).encode())
        lines.append(f"{crc:08x}\t{ids}\n")
    write(folder / "expected.txt.gz", "".join(lines))


def edited(tokenizer, **changes):
    t = json.loads(tokenizer.to_str())
    t["added_tokens"] = []
    t["model"].update(changes)
    return t


def bpe(pre_tokenizer=pre_tokenizers.WhitespaceSplit(), size=450, **options):
    t = Tokenizer(models.BPE(**options))
    if pre_tokenizer:
        t.pre_tokenizer = pre_tokenizer
    specials = ["<unk>"] if options.get("unk_token") else []
    specials += BYTES if options.get("byte_fallback") else []
    affixes = {k: v for k, v in options.items() if k in ("continuing_subword_prefix", "end_of_word_suffix")}
    t.train_from_iterator(
        PROSE,
        trainers.BpeTrainer(
            vocab_size=size + len(specials), special_tokens=specials, limit_alphabet=150, show_progress=False, **affixes
        ),
    )
    return t


def unigram(byte_fallback=False, size=400):
    t = Tokenizer(models.Unigram())
    t.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    specials = ["<unk>"] + (BYTES if byte_fallback else [])
    t.train_from_iterator(
        PROSE,
        trainers.UnigramTrainer(
            vocab_size=size + len(specials), special_tokens=specials, unk_token="<unk>", show_progress=False
        ),
    )
    # The trainer keeps every character: some must stay unknown.
    j = edited(t, byte_fallback=byte_fallback)
    j["model"]["vocab"] = [v for i, v in enumerate(j["model"]["vocab"]) if v[0] in specials or len(v[0]) > 1 or i % 3]
    return j


def json_variants():
    unk = {"unk_token": "<unk>"}
    yield "bpe", edited(bpe(**unk))
    yield "bpe-fused", edited(bpe(fuse_unk=True, **unk))
    yield "bpe-no-unk", edited(bpe())
    yield "bpe-prefix", edited(bpe(continuing_subword_prefix="##", **unk))
    yield "bpe-suffix", edited(bpe(end_of_word_suffix="</w>", **unk))
    yield "bpe-bytes", edited(bpe(None, byte_fallback=True, fuse_unk=True, **unk))
    some = edited(bpe(byte_fallback=True, **unk))
    some["model"]["vocab"].update({f"gone{b}": some["model"]["vocab"].pop(f"<0x{b:02X}>") for b in (0x82, 0x9F, 0xE2)})
    yield "bpe-some-bytes", some
    ignore = edited(bpe(byte_fallback=True, **unk), ignore_merges=True)
    ignore["model"]["merges"] = [" ".join(m) for m in ignore["model"]["merges"][:120]]
    yield "bpe-ignore-merges", ignore
    # Merges across the start of a word, which ▁ marks.
    start = edited(bpe(None, size=1, **unk))
    start["normalizer"] = {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}
    trained = Tokenizer.from_str(json.dumps(start))
    trained.train_from_iterator(
        PROSE, trainers.BpeTrainer(vocab_size=700, special_tokens=["<unk>"], limit_alphabet=150, show_progress=False)
    )
    yield "bpe-word-start", edited(trained)
    level = bpe(pre_tokenizers.ByteLevel(add_prefix_space=False), size=500)
    decoder = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}
    yield "bpe-byte-level", edited(level) | {"decoder": decoder}

    plain = unigram()
    yield "unigram", plain
    yield "unigram-bytes", unigram(byte_fallback=True)
    ties = json.loads(json.dumps(plain))
    for i, piece in enumerate(ties["model"]["vocab"][1:]):
        piece[1] = -float(i % 3 + 1)
    yield "unigram-ties", ties
    ties["pre_tokenizer"] = None
    for i, piece in enumerate(ties["model"]["vocab"][1:]):
        piece[1] = float(i * 7919 % 300)
    yield "unigram-positive", ties
    proto = sentencepiece_model(sentence_model("unigram", rules=True, vocab_size=600))
    normal = json.loads(json.dumps(plain))
    normal["normalizer"] = {
        "type": "Precompiled",
        "precompiled_charsmap": base64.b64encode(proto.normalizer_spec.precompiled_charsmap).decode(),
    }
    yield "unigram-precompiled", normal


def sentence_model(kind, rules=False, **options):
    with tempfile.TemporaryDirectory() as folder:
        if rules:
            tsv = pathlib.Path(folder) / "rules.tsv"
            tsv.write_text("".join(f"{a}\t{b}\n" for a, b in RULES))
            options["normalization_rule_tsv"] = str(tsv)
        else:
            options["normalization_rule_name"] = "identity"
        out = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter([p.replace("\0", "") for p in PROSE if p.strip()]),
            model_writer=out,
            model_type=kind,
            num_threads=1,
            character_coverage=0.98,
            hard_vocab_limit=False,
            minloglevel=2,
            **options,
        )
        return out.getvalue()


def sentencepiece_model(data):
    from sentencepiece import sentencepiece_model_pb2

    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(data)
    # Where it was trained and on what is nobody's business.
    for field in ("input", "model_prefix", "accept_language"):
        proto.trainer_spec.ClearField(field)
    proto.normalizer_spec.ClearField("normalization_rule_tsv")
    return proto


def token(content, **changes):
    return {"content": content, "lstrip": False, "normalized": True, "rstrip": False, "single_word": False} | changes


def older_variants():
    level = edited(bpe(pre_tokenizers.ByteLevel(add_prefix_space=False), size=350))["model"]
    vocab, merges = level["vocab"], [" ".join(m) for m in level["merges"]]
    byte_level = {
        "vocab.json": json.dumps(vocab, ensure_ascii=False),
        "merges.txt": "\n".join(["#version: 0.2", *merges]) + "\n",
    }
    mask = token("<mask>", lstrip=True)
    yield "gpt2", byte_level, {"tokenizer_class": "GPT2Tokenizer", "add_prefix_space": True}, {}
    yield "opt", byte_level, {
        "tokenizer_class": "GPT2TokenizerFast",
        "add_bos_token": True,
        "bos_token": {"__type": "AddedToken", **token("</s>")},
        "eos_token": {"__type": "AddedToken", **token("</s>")},
        "pad_token": "<pad>",
        "unk_token": "</s>",
        "errors": "replace",
    }, {}
    yield "roberta", byte_level, {"tokenizer_class": "RobertaTokenizer", "trim_offsets": True}, {
        "special_tokens_map.json": json.dumps({"mask_token": mask, "bos_token": "<s>", "cls_token": "<s>"})
    }
    yield "bart-model-type", byte_level, None, {
        "config.json": json.dumps({"model_type": "bart"}),
        "added_tokens.json": json.dumps({"<a>": len(vocab), "<b>": len(vocab) + 1}),
    }
    yield "qwen2", byte_level, {
        "tokenizer_class": "Qwen2Tokenizer",
        "added_tokens_decoder": {
            str(len(vocab)): token("<|endoftext|>", normalized=False, special=True),
            str(len(vocab) + 1): token("<tool>", rstrip=True, special=False),
        },
        "additional_special_tokens": ["<|im_start|>"],
        "bos_token": None,
        "eos_token": "<|endoftext|>",
        "pad_token": "<|endoftext|>",
        "unk_token": None,
        "chat_template": "{{ messages }}",
        "model_max_length": 32768,
        "split_special_tokens": False,
    }, {}
    bytes_model = sentencepiece_model(sentence_model("bpe", vocab_size=850, byte_fallback=True, user_defined_symbols=["<u>"]))
    llama = {"tokenizer.model": bytes_model.SerializeToString()}
    yield "llama", llama, {"tokenizer_class": "LlamaTokenizer", "add_bos_token": True, "add_eos_token": False, "legacy": True}, {}
    yield "llama-first", llama, {
        "tokenizer_class": "LlamaTokenizer",
        "add_bos_token": True,
        "add_eos_token": True,
        "legacy": False,
        "pad_token": None,
        "sp_model_kwargs": {},
        "clean_up_tokenization_spaces": False,
    }, {}
    yield "llama-no-prefix", llama, {"tokenizer_class": "LlamaTokenizerFast", "add_prefix_space": False, "pad_token": "<pad>"}, {}
    yield "gemma", llama, {"tokenizer_class": "GemmaTokenizer", "add_bos_token": True, "bos_token": "<s>", "eos_token": "</s>"}, {}
    yield "plain", llama, {"tokenizer_class": "PreTrainedTokenizerFast"}, {}
    unigram_model = sentencepiece_model(
        sentence_model("unigram", rules=True, vocab_size=600, pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
    ).SerializeToString()
    yield "t5", {"spiece.model": unigram_model}, {"tokenizer_class": "T5Tokenizer"}, {}
    yield "t5-extra-ids", {"spiece.model": unigram_model}, {
        "tokenizer_class": "T5Tokenizer",
        "extra_ids": 3,
        "additional_special_tokens": ["<extra_id_0>", "<extra_id_1>", "<extra_id_2>", "<new>"],
        "eos_token": "</s>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
    }, {}
    fairseq = sentencepiece_model(sentence_model("unigram", rules=True, vocab_size=600)).SerializeToString()
    yield "xlm-roberta", {"sentencepiece.bpe.model": fairseq}, {
        "tokenizer_class": "XLMRobertaTokenizer",
        "mask_token": {"__type": "AddedToken", **mask},
    }, {}
    yield "mbart", {"sentencepiece.bpe.model": fairseq}, {"tokenizer_class": "MBartTokenizer", "src_lang": "ro_RO", "tgt_lang": None}, {}
    yield "plain-unigram", {"tokenizer.model": unigram_model}, {"tokenizer_class": "TokenizersBackend"}, {}

    def of_model(model_type, data):
        return {"tokenizer.model": data}, None, {"config.json": json.dumps({"model_type": model_type})}

    yield "gemma-model-type", *of_model("gemma2", llama["tokenizer.model"])
    yield "t5-model-type", *of_model("t5", unigram_model)
    yield "xlm-roberta-model-type", *of_model("xlm-roberta", fairseq)
    yield "umt5-model-type", *of_model("umt5", llama["tokenizer.model"])


def main():
    assert tokenizers.__version__ == "0.23.2", tokenizers.__version__
    shutil.rmtree(OUT, ignore_errors=True)
    added = ["<mask>", "<a>", "<tool> ", "<|im_start|>", "<|endoftext|>", "<extra_id_1>", "<new>", "<u>", "ro_RO", "ﬁ", "e\u0301", "\u200b", "a\u0308\u0323", "\u2122\u200b"]
    chosen = texts(COUNT, 5, WORDS + added)
    write(OUT / "texts.jsonl.gz", "".join(json.dumps(t) + "\n" for t in chosen))
    for name, t in json_variants():
        text = json.dumps(t, ensure_ascii=False)
        write(OUT / "json" / name / "tokenizer.json.gz", text + "\n")
        expected(OUT / "json" / name, Tokenizer.from_str(text), chosen)
    for name, vocabulary, config, others in older_variants():
        files = dict(vocabulary) | others
        if config is not None:
            files["tokenizer_config.json"] = json.dumps(config, indent=2) + "\n"
        with tempfile.TemporaryDirectory() as folder:
            for file, content in files.items():
                write(pathlib.Path(folder) / file, content)
                write(OUT / "older" / name / (file + ".gz"), content)
            expected(OUT / "older" / name, AutoTokenizer.from_pretrained(folder).backend_tokenizer, chosen)


if __name__ == "__main__":
    main()
