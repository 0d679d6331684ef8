"""A small tokenizer of each family's class, made with transformers, and `weft tokenize` beside it."""

import json
import subprocess
import sys
from pathlib import Path

import transformers as t
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

sys.path.append(str(Path(__file__).resolve().parents[1] / "goldens"))
from tokenizer_texts import PROSE, texts  # noqa: E402

COUNT = 150
BYTES = [f"<0x{b:02X}>" for b in range(256)]


def trained(model, pre_tokenizer, trainer):
    """What was learned: the vocabulary as tokenizer.json has it, and the merges where there are any."""
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.train_from_iterator(PROSE, trainer)
    learned = json.loads(tokenizer.to_str())["model"]
    return learned["vocab"], [tuple(m) for m in learned.get("merges", [])]


def word_pieces(cls):
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "<s>", "<pad>", "</s>", "<mask>"]
    vocabulary, _ = trained(
        models.WordPiece(unk_token="[UNK]"), pre_tokenizers.BertPreTokenizer(),
        trainers.WordPieceTrainer(vocab_size=600, special_tokens=marks, show_progress=False))
    return cls(vocab=vocabulary)


def byte_level(cls):
    marks = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "<|endoftext|>"]
    vocabulary, merges = trained(
        models.BPE(), pre_tokenizers.ByteLevel(add_prefix_space=False),
        trainers.BpeTrainer(vocab_size=700, special_tokens=marks, show_progress=False,
                            initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    if cls is not t.TokenizersBackend:
        return cls(vocab=vocabulary, merges=merges)
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", vocabulary["<s>"]), ("</s>", vocabulary["</s>"])])
    return cls(tokenizer_object=tokenizer)


def byte_fallback(cls):
    marks = ["<unk>", "<s>", "</s>", "<pad>", "<bos>", "<eos>", "<mask>", *BYTES]
    vocabulary, merges = trained(
        models.BPE(unk_token="<unk>", byte_fallback=True), pre_tokenizers.Metaspace(),
        trainers.BpeTrainer(vocab_size=900, special_tokens=marks, limit_alphabet=120, show_progress=False))
    return cls(vocab=vocabulary, merges=merges)


def unigram(cls):
    marks = ["<pad>", "</s>", "<unk>"] if cls is t.T5Tokenizer else ["<s>", "<pad>", "</s>", "<unk>"]
    vocabulary, _ = trained(
        models.Unigram(), pre_tokenizers.Metaspace(),
        trainers.UnigramTrainer(vocab_size=600, special_tokens=marks, unk_token="<unk>", show_progress=False))
    pieces = [(piece, score) for piece, score in vocabulary]
    return cls(vocab=pieces if cls is t.T5Tokenizer else [*pieces, ("<mask>", 0.0)])


# how it is made, the class, what to call it
FAMILIES = {
    "bert": (word_pieces, t.BertTokenizer, "WordPiece"),
    "distilbert": (word_pieces, t.BertTokenizer, "WordPiece"),
    "mpnet": (word_pieces, t.MPNetTokenizer, "WordPiece"),
    "roberta": (byte_level, t.RobertaTokenizer, "byte-level BPE"),
    "bart": (byte_level, t.RobertaTokenizer, "byte-level BPE"),
    "gpt2": (byte_level, t.GPT2Tokenizer, "byte-level BPE"),
    "opt": (byte_level, t.GPT2Tokenizer, "byte-level BPE"),
    "gpt_neox": (byte_level, t.GPTNeoXTokenizer, "byte-level BPE"),
    "qwen2": (byte_level, t.Qwen2Tokenizer, "byte-level BPE"),
    "qwen3": (byte_level, t.Qwen2Tokenizer, "byte-level BPE"),
    "modernbert": (byte_level, t.TokenizersBackend, "byte-level BPE"),
    "llama": (byte_fallback, t.LlamaTokenizer, "BPE with byte fallback"),
    "mistral": (byte_fallback, t.LlamaTokenizer, "BPE with byte fallback"),
    "gemma2": (byte_fallback, t.GemmaTokenizer, "BPE with byte fallback"),
    "gemma3_text": (byte_fallback, t.GemmaTokenizer, "BPE with byte fallback"),
    "xlm-roberta": (unigram, t.XLMRobertaTokenizer, "Unigram"),
    "t5": (unigram, t.T5Tokenizer, "Unigram"),
    "mt5": (unigram, t.T5Tokenizer, "Unigram"),
    "umt5": (unigram, t.T5Tokenizer, "Unigram"),
}


def lines():
    """Texts of one line each that UTF-8 can write."""
    words = [w for p in PROSE[:12] for w in p.split() if len(w) > 1] + ["<s>", "</s>", "[SEP]", "<0x41>", "▁"]
    chosen = [x for x in texts(COUNT, 7, words) if not set(x) & set("\n\r")]
    return [x for x in chosen if not any(0xD800 <= ord(c) < 0xE000 for c in x)]


def compare(family, folder, weft):
    """How many texts of how many have other ids, and what is wrong."""
    make, cls, kind = FAMILIES[family]
    tokenizer = make(cls)
    tokenizer.save_pretrained(folder)
    chosen = lines()
    run = subprocess.run([*weft, "tokenize", str(folder)], input="".join(x + "\n" for x in chosen).encode(), capture_output=True)
    row = {"kind": kind, "class": cls.__name__, "texts": len(chosen)}
    if run.returncode:
        return row, (run.stderr.decode().strip().splitlines() or ["no message"])[-1]
    ours = [[int(i) for i in line.split()] for line in run.stdout.decode().split("\n")[:-1]]
    theirs = [tokenizer.backend_tokenizer.encode(x).ids for x in chosen]
    row["different"] = sum(a != b for a, b in zip(ours, theirs)) + abs(len(ours) - len(theirs))
    first = next((x for x, a, b in zip(chosen, ours, theirs) if a != b), None)
    return row, f"other ids for {first!r}" if row["different"] else None
