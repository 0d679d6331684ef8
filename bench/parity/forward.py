"""Tiny random checkpoints of every family through transformers and through `weft forward`: see README.md.

Arguments name families, all without. --seed N draws other sizes, weights and inputs; --json FILE writes
the results (families.json, which the README's table is made of); --keep DIR keeps models and inputs. The
exit code is 1 where anything differs.
"""

import argparse
import json
import os
import random
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import family_tokenizers
import torch
import transformers as t
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers.utils import logging

logging.set_verbosity_error()
logging.disable_progress_bar()
ROOT = Path(__file__).resolve().parents[2]
LIMIT = 1e-4
ROWS, WIDTH, DECODER_WIDTH = 4, 11, 7


# ---- sizes, drawn anew for every model ----


def encoder(r, **more):
    heads = r.choice([2, 3, 4])
    return dict(vocab_size=r.randint(60, 120), hidden_size=heads * r.choice([6, 8, 12]), num_attention_heads=heads,
                num_hidden_layers=r.randint(2, 4), intermediate_size=r.randint(17, 50), max_position_embeddings=r.randint(20, 40)) | more


def decoder(r, **more):
    groups, per = r.choice([1, 2]), r.choice([1, 2, 3])
    return dict(vocab_size=r.randint(60, 120), hidden_size=groups * per * r.choice([8, 12]), num_attention_heads=groups * per,
                num_key_value_heads=groups, num_hidden_layers=r.randint(2, 4), intermediate_size=r.randint(17, 50),
                max_position_embeddings=r.randint(20, 40)) | more


def plain_decoder(r, **more):
    shape = decoder(r)
    del shape["num_key_value_heads"]
    return shape | more


def distil(r, **more):
    e = encoder(r)
    return dict(vocab_size=e["vocab_size"], dim=e["hidden_size"], n_heads=e["num_attention_heads"], n_layers=e["num_hidden_layers"],
                hidden_dim=e["intermediate_size"], max_position_embeddings=e["max_position_embeddings"]) | more


def modern(r, **more):
    return encoder(r, num_hidden_layers=r.randint(3, 5), local_attention=r.choice([4, 6, 8]), pad_token_id=0,
                   bos_token_id=1, cls_token_id=1, eos_token_id=2, sep_token_id=2) | more


def gemma(r, **more):
    return decoder(r, head_dim=r.choice([6, 8]), query_pre_attn_scalar=r.choice([5, 16]), sliding_window=r.choice([3, 5])) | more


def gpt2(r, **more):
    e = encoder(r)
    return dict(vocab_size=e["vocab_size"], n_embd=e["hidden_size"], n_head=e["num_attention_heads"], n_layer=e["num_hidden_layers"],
                n_positions=e["max_position_embeddings"], bos_token_id=1, eos_token_id=2) | more


def opt(r, **more):
    e = encoder(r)
    return {k: e[k] for k in ("vocab_size", "hidden_size", "num_attention_heads", "num_hidden_layers", "max_position_embeddings")} | dict(
        ffn_dim=e["intermediate_size"], word_embed_proj_dim=e["hidden_size"]) | more


def t5(r, **more):
    return dict(vocab_size=r.randint(60, 120), d_model=r.choice([16, 24]), d_kv=r.choice([5, 8]), d_ff=r.randint(17, 50),
                num_layers=r.randint(2, 3), num_heads=r.choice([2, 3]), decoder_start_token_id=0) | more


def bart(r, **more):
    return dict(vocab_size=r.randint(60, 120), d_model=24, encoder_layers=r.randint(2, 3), decoder_layers=r.randint(2, 3),
                encoder_attention_heads=r.choice([2, 3]), decoder_attention_heads=r.choice([2, 4]),
                encoder_ffn_dim=r.randint(17, 50), decoder_ffn_dim=r.randint(17, 50), max_position_embeddings=r.randint(20, 40)) | more


# ---- what the config.json of published checkpoints says beside or instead ----

LLAMA2 = {"pretraining_tp": 1, "rope_scaling": None, "rope_theta": 10000.0, "torch_dtype": "float16", "attention_dropout": 0.0}
LLAMA31 = {"rope_theta": 500000.0, "pretraining_tp": 1, "mlp_bias": False, "torch_dtype": "bfloat16", "rope_scaling": {
    "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 16, "rope_type": "llama3"}}
QWEN2 = {"max_window_layers": 21, "sliding_window": 131072, "use_sliding_window": False, "rope_theta": 1000000.0}
QWEN3 = {"max_window_layers": 28, "sliding_window": None, "use_sliding_window": False, "rope_theta": 1000000, "rope_scaling": None}
GEMMA2 = {"cache_implementation": "hybrid", "sliding_window_size": 4096, "hidden_act": "gelu_pytorch_tanh", "rope_theta": 10000.0}
GEMMA3 = {"rope_theta": 1000000, "rope_local_base_freq": 10000, "sliding_window_pattern": 2, "rope_scaling": None, "cache_implementation": "hybrid"}
GPT2 = {"n_ctx": 1024, "summary_activation": None, "summary_first_dropout": 0.1, "summary_proj_to_labels": True,
        "summary_type": "cls_index", "summary_use_proj": True,
        "task_specific_params": {"text-generation": {"do_sample": True, "max_length": 50}}}
PYTHIA = {"rotary_emb_base": 10000, "rotary_pct": 0.25, "use_parallel_residual": True, "attention_dropout": 0.0, "torch_dtype": "float16"}
OPT = {"activation_dropout": 0.0, "prefix": "</s>", "output_projection": True, "layerdrop": 0.0, "_remove_final_layer_norm": False,
       "torch_dtype": "float16"}
T5 = {"n_positions": 512, "output_past": True, "task_specific_params": {"summarization": {
    "early_stopping": True, "length_penalty": 2.0, "max_length": 200, "num_beams": 4, "prefix": "summarize: "}}}
BART = {"add_bias_logits": False, "add_final_layer_norm": False, "early_stopping": True, "no_repeat_ngram_size": 3,
        "normalize_before": False, "normalize_embedding": True, "static_position_embeddings": False, "gradient_checkpointing": False,
        "num_beams": 4, "force_bos_token_to_be_generated": False, "classif_dropout": 0.1}
BERT = {"gradient_checkpointing": False, "position_embedding_type": "absolute", "torch_dtype": "float32"}
NO_ROPE = ("rope_parameters",)
FULL, SLIDING = "full_attention", "sliding_attention"


def case(cls, config, shape, *, put=None, drop=(), dtype=torch.float32, **more):
    return dict(cls=cls, config=config, shape=shape, more=more, put=put or {}, drop=drop, dtype=dtype)


def rope(kind, theta=1000.0, **more):
    return {"rope_type": kind, "rope_theta": theta, **more}


HALF, BRAIN = torch.float16, torch.bfloat16
CASES = {
    "bert": {
        "default": case(t.BertModel, t.BertConfig, encoder),
        "published": case(t.BertForMaskedLM, t.BertConfig, encoder, put=BERT, dtype=HALF),
        "two labels": case(t.BertForSequenceClassification, t.BertConfig, encoder, hidden_act="gelu_new"),
        "entities": case(t.BertForTokenClassification, t.BertConfig, encoder, num_labels=9, type_vocab_size=1),
    },
    "roberta": {
        "default": case(t.RobertaModel, t.RobertaConfig, encoder),
        "published": case(t.RobertaForMaskedLM, t.RobertaConfig, encoder, put=BERT, type_vocab_size=1, layer_norm_eps=1e-5),
        "two labels": case(t.RobertaForSequenceClassification, t.RobertaConfig, encoder, type_vocab_size=1),
    },
    "xlm-roberta": {
        "default": case(t.XLMRobertaModel, t.XLMRobertaConfig, encoder),
        "published": case(t.XLMRobertaForMaskedLM, t.XLMRobertaConfig, encoder, type_vocab_size=1, put={"output_past": True}),
        "entities": case(t.XLMRobertaForTokenClassification, t.XLMRobertaConfig, encoder, type_vocab_size=1, num_labels=7, dtype=BRAIN),
    },
    "distilbert": {
        "default": case(t.DistilBertModel, t.DistilBertConfig, distil),
        "published": case(t.DistilBertForMaskedLM, t.DistilBertConfig, distil, put={"tie_weights_": True}),
        "two labels": case(t.DistilBertForSequenceClassification, t.DistilBertConfig, distil, put={"finetuning_task": "sst-2"}),
    },
    "mpnet": {
        "default": case(t.MPNetModel, t.MPNetConfig, encoder),
        "published": case(t.MPNetForMaskedLM, t.MPNetConfig, encoder, layer_norm_eps=1e-5, put={"gradient_checkpointing": False}),
        "two labels": case(t.MPNetForSequenceClassification, t.MPNetConfig, encoder, dtype=HALF),
    },
    "modernbert": {
        "default": case(t.ModernBertModel, t.ModernBertConfig, modern),
        "published": case(t.ModernBertForMaskedLM, t.ModernBertConfig, modern, drop=("layer_types", *NO_ROPE), put={
            "global_attn_every_n_layers": 3, "global_rope_theta": 160000.0, "local_rope_theta": 10000.0, "reference_compile": False,
            "layer_norm_eps": 1e-5, "position_embedding_type": "absolute", "gradient_checkpointing": False}),
        "two labels": case(t.ModernBertForSequenceClassification, t.ModernBertConfig, modern, local_attention=24, classifier_pooling="mean"),
    },
    "llama": {
        "default": case(t.LlamaForCausalLM, t.LlamaConfig, decoder),
        "published 2": case(t.LlamaForCausalLM, t.LlamaConfig, decoder, drop=NO_ROPE, put=LLAMA2, rms_norm_eps=1e-5, dtype=HALF),
        "published 3.1": case(t.LlamaForCausalLM, t.LlamaConfig, decoder, drop=NO_ROPE, put=LLAMA31, rms_norm_eps=1e-5, dtype=BRAIN),
        "published 3.2": case(t.LlamaForCausalLM, t.LlamaConfig, decoder, drop=NO_ROPE, put=LLAMA31, tie_word_embeddings=True, head_dim=8),
        "stack": case(t.LlamaModel, t.LlamaConfig, decoder, attention_bias=True),
        "two labels": case(t.LlamaForSequenceClassification, t.LlamaConfig, decoder, pad_token_id=0),
    },
    "mistral": {
        "default": case(t.MistralForCausalLM, t.MistralConfig, decoder),
        "published 0.1": case(t.MistralForCausalLM, t.MistralConfig, decoder, drop=NO_ROPE, put={"rope_theta": 10000.0, "sliding_window": 4}),
        "published 0.3": case(t.MistralForCausalLM, t.MistralConfig, decoder, drop=NO_ROPE, put={
            "rope_theta": 1000000.0, "sliding_window": None, "attention_dropout": 0.0}, dtype=BRAIN),
    },
    "qwen2": {
        "default": case(t.Qwen2ForCausalLM, t.Qwen2Config, decoder),
        "published": case(t.Qwen2ForCausalLM, t.Qwen2Config, decoder, drop=(*NO_ROPE, "layer_types"), put=QWEN2, tie_word_embeddings=True),
        "windows": case(t.Qwen2ForCausalLM, t.Qwen2Config, decoder, use_sliding_window=True, sliding_window=4, max_window_layers=1),
    },
    "qwen3": {
        "default": case(t.Qwen3ForCausalLM, t.Qwen3Config, decoder),
        "published": case(t.Qwen3ForCausalLM, t.Qwen3Config, decoder, drop=(*NO_ROPE, "layer_types"), put=QWEN3, head_dim=8,
                          tie_word_embeddings=True, dtype=BRAIN),
        "embedding": case(t.Qwen3Model, t.Qwen3Config, decoder, drop=(*NO_ROPE, "layer_types"), put=QWEN3, head_dim=6),
    },
    "gemma2": {
        "default": case(t.Gemma2ForCausalLM, t.Gemma2Config, gemma),
        "published": case(t.Gemma2ForCausalLM, t.Gemma2Config, gemma, drop=(*NO_ROPE, "layer_types"), put=GEMMA2, dtype=BRAIN),
    },
    "gemma3_text": {
        "default": case(t.Gemma3ForCausalLM, t.Gemma3TextConfig, gemma),
        "published": case(t.Gemma3ForCausalLM, t.Gemma3TextConfig, gemma, drop=(*NO_ROPE, "layer_types"), put=GEMMA3, dtype=BRAIN),
        "two labels": case(t.Gemma3TextForSequenceClassification, t.Gemma3TextConfig, gemma),
    },
    "gpt2": {
        "default": case(t.GPT2LMHeadModel, t.GPT2Config, gpt2),
        "published": case(t.GPT2LMHeadModel, t.GPT2Config, gpt2, put=GPT2),
        "stack": case(t.GPT2Model, t.GPT2Config, gpt2, reorder_and_upcast_attn=False, scale_attn_by_inverse_layer_idx=True),
        "two labels": case(t.GPT2ForSequenceClassification, t.GPT2Config, gpt2, pad_token_id=0),
    },
    "gpt_neox": {
        "default": case(t.GPTNeoXForCausalLM, t.GPTNeoXConfig, plain_decoder),
        "published": case(t.GPTNeoXForCausalLM, t.GPTNeoXConfig, plain_decoder, drop=NO_ROPE, put=PYTHIA, dtype=HALF),
        "stack": case(t.GPTNeoXModel, t.GPTNeoXConfig, plain_decoder, use_parallel_residual=False),
    },
    "opt": {
        "default": case(t.OPTForCausalLM, t.OPTConfig, opt),
        "published": case(t.OPTForCausalLM, t.OPTConfig, opt, put=OPT, dtype=HALF),
        "published 350m": case(t.OPTForCausalLM, t.OPTConfig, opt, put=OPT, do_layer_norm_before=False, word_embed_proj_dim=10),
    },
    "t5": {
        "default": case(t.T5ForConditionalGeneration, t.T5Config, t5),
        "published": case(t.T5ForConditionalGeneration, t.T5Config, t5, put=T5),
        "flan": case(t.T5ForConditionalGeneration, t.T5Config, t5, feed_forward_proj="gated-gelu", tie_word_embeddings=False, put=T5),
        "stack": case(t.T5Model, t.T5Config, t5),
        "encoder alone": case(t.T5EncoderModel, t.T5Config, t5, feed_forward_proj="gated-gelu", dtype=HALF),
    },
    "mt5": {
        "default": case(t.MT5ForConditionalGeneration, t.MT5Config, t5),
        "published": case(t.MT5ForConditionalGeneration, t.MT5Config, t5, tie_word_embeddings=False, put={
            "tokenizer_class": "T5Tokenizer", "output_past": True}, dtype=BRAIN),
        "encoder alone": case(t.MT5EncoderModel, t.MT5Config, t5),
    },
    "umt5": {
        "default": case(t.UMT5ForConditionalGeneration, t.UMT5Config, t5),
        "stack": case(t.UMT5Model, t.UMT5Config, t5),
    },
    "bart": {
        "default": case(t.BartForConditionalGeneration, t.BartConfig, bart),
        "published": case(t.BartForConditionalGeneration, t.BartConfig, bart, put=BART),
        "stack": case(t.BartModel, t.BartConfig, bart, scale_embedding=True, activation_function="relu"),
        "three labels": case(t.BartForSequenceClassification, t.BartConfig, bart, num_labels=3),
    },
}


def build(c, r, folder):
    config = c["config"](**{**c["shape"](r), **c["more"]})
    torch.manual_seed(r.randrange(1 << 30))
    model = c["cls"](config)
    gemma_norms = "Gemma" in type(model).__name__
    with torch.no_grad():
        for name, p in model.named_parameters():
            noise = torch.randn(p.shape)
            norm = p.dim() == 1 and name.endswith("weight")
            p.copy_((0 if gemma_norms else 1) + 0.2 * noise if norm else (0.1 if name.endswith("bias") else 0.25) * noise)
    shards = {"max_shard_size": "20KB"} if r.random() < 0.4 else {}
    model.to(c["dtype"]).save_pretrained(folder, **shards)
    path = folder / "config.json"
    if not c["put"] and not c["drop"]:  # every key there is, defaults too
        keys = {**json.loads(json.dumps(model.config.to_dict())), **json.loads(path.read_text())}
    else:
        keys = {k: v for k, v in json.loads(path.read_text()).items() if k not in c["drop"]} | c["put"]
    path.write_text(json.dumps(keys, indent=2) + "\n")


def inputs(c, config, r):
    """Rows without padding, padded on the right, on the left and on both sides; and all without a mask."""
    g = torch.Generator().manual_seed(r.randrange(1 << 30))
    ids = torch.randint(5, config["vocab_size"], (ROWS, WIDTH), generator=g)
    seq2seq = c["config"] in (t.T5Config, t.MT5Config, t.UMT5Config, t.BartConfig) and "Encoder" not in c["cls"].__name__
    labels = "SequenceClassification" in c["cls"].__name__
    if seq2seq and labels:  # one end of text a row, which the head looks for
        ids[:, -1] = config["eos_token_id"]
    mask = torch.ones(ROWS, WIDTH, dtype=torch.int64)
    mask[1, r.randint(5, 9):] = 0
    mask[2, :r.randint(2, 6)] = 0
    if not labels:
        mask[3, 0], mask[3, -1] = 0, 0
    pad = config.get("pad_token_id")
    padded = ids if pad is None or (seq2seq and labels) else torch.where(mask == 1, ids, pad)
    masked, plain = {"input_ids": padded, "attention_mask": mask}, {"input_ids": ids}
    types = config.get("type_vocab_size", 0)
    if types:
        masked["token_type_ids"] = torch.randint(0, types, ids.shape, generator=g)
    if seq2seq and not labels:
        for x in (masked, plain):
            x["decoder_input_ids"] = torch.randint(5, config["vocab_size"], (ROWS, DECODER_WIDTH), generator=g)
    return {"masked": masked, "plain": plain}


def reference(c, folder, x):
    model = c["cls"].from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    with torch.no_grad():
        out = model(**x, output_hidden_states=True, output_attentions=True)
    named = {}
    for key, value in out.items():
        if torch.is_tensor(value):
            named[key] = value
        elif key.endswith(("hidden_states", "attentions")):
            named.update({f"{key}.{i}": v for i, v in enumerate(value)})
    if "last_hidden_state" not in named:
        named["last_hidden_state"] = (out.get("decoder_hidden_states") or out.hidden_states)[-1]
    return named


def difference(name, ours, theirs, x):
    """Over what is not padding: queries of the source, all of the target."""
    if ours.shape != theirs.shape:
        return float("inf")
    decoding = "decoder_input_ids" in x and not name.startswith("encoder_")
    keep = torch.ones(ROWS, theirs.shape[1]) if decoding or theirs.dim() == 2 or "attention_mask" not in x else x["attention_mask"]
    if "attentions" in name:
        keep = torch.ones(ROWS, theirs.shape[2]) if decoding or "attention_mask" not in x else keep
        keep = keep[:, None, :, None]
    elif theirs.dim() == 3:
        keep = keep[..., None] if keep.shape[1] == theirs.shape[1] else torch.ones(1)
    error = ((ours - theirs).nan_to_num(nan=float("inf")) * keep).abs()
    return error[torch.broadcast_to(keep, error.shape) > 0].max().item() / max(1, (theirs * keep).abs().max().item())


WEFT = shlex.split(os.environ.get("WEFT", str(ROOT / "weft")))


def weft(*arguments):
    return subprocess.run([*WEFT, *map(str, arguments)], capture_output=True, text=True)


def complaint(run):
    return (run.stderr.strip().splitlines() or ["no message"])[-1]


def measure(c, r, folder):
    """The largest difference of all outputs, and what else is wrong."""
    build(c, r, folder / "model")
    config = json.loads((folder / "model/config.json").read_text())
    worst, problems, outputs = 0.0, [], 0
    for kind, x in inputs(c, config, r).items():
        given, made = folder / f"{kind}.safetensors", folder / f"{kind}-out.safetensors"
        save_file({k: v.contiguous() for k, v in x.items()}, given)
        run = weft("forward", folder / "model", "--inputs", given, "--outputs", made, "--hidden-states", "--attentions")
        if run.returncode:
            problems.append(f"{kind}: {complaint(run)}")
            continue
        ours, theirs = load_file(made), reference(c, folder / "model", x)
        for word, names in (("lacks", set(theirs) - set(ours)), ("also has", set(ours) - set(theirs))):
            if names:
                problems.append(f"{kind}: {word} {', '.join(sorted(names))}")
        apart = {k: difference(k, ours[k], theirs[k], x) for k in sorted(set(ours) & set(theirs))}
        outputs += len(apart)
        worst = max(worst, *apart.values())
        wrong = [f"{k} by {v:.1e}" for k, v in apart.items() if not v < LIMIT]
        if wrong:
            problems.append(f"{kind}: differs in {', '.join(wrong[:6])}")
    return worst, outputs, problems


# ---- what a model says ----

GENERATES = {
    "llama": "default", "mistral": "published 0.1", "qwen2": "published", "qwen3": "published", "gemma2": "published",
    "gemma3_text": "published", "gpt2": "published", "gpt_neox": "published", "opt": "published 350m", "t5": "flan",
    "mt5": "published", "umt5": "default", "bart": "default"}


def speak(c, r, folder):
    """Greedy ids of both after the same prompt; None where they are equal."""
    build(c, r, folder / "model")
    model = c["cls"].from_pretrained(folder / "model", dtype=torch.float32, attn_implementation="eager").eval()
    size, end = model.config.vocab_size, model.config.eos_token_id
    end = end if isinstance(end, int) else 2
    words = Tokenizer(models.WordLevel({f"w{i}": i for i in range(size)}, unk_token="w3"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    if model.config.is_encoder_decoder:
        words.post_processor = processors.TemplateProcessing(single=f"$A w{end}", special_tokens=[(f"w{end}", end)])
    words.save(str(folder / "model/tokenizer.json"))
    prompt = " ".join(f"w{r.randrange(5, size)}" for _ in range(6))
    ids = torch.tensor([words.encode(prompt).ids])
    made = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, num_beams=1, max_new_tokens=14)[0]
    theirs = (made[1:] if model.config.is_encoder_decoder else made[ids.shape[1]:]).tolist()
    run = weft("generate", folder / "model", "--prompt", prompt, "--max-new-tokens", 14, "--json")
    if run.returncode:
        return f"generate: {complaint(run)}"
    ours = json.loads(run.stdout)["ids"]
    return None if ours == theirs else f"generate: expected {theirs}, got {ours}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("families", nargs="*")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path)
    a = parser.parse_args()
    results, failed = {}, False
    for family in a.families or CASES:
        rows = {}
        for name, c in CASES[family].items():
            r = random.Random(f"{a.seed} {family} {name}")
            with tempfile.TemporaryDirectory(prefix="weft-parity-") as scratch:
                folder = a.keep / family / name.replace(" ", "-") if a.keep else Path(scratch)
                folder.mkdir(parents=True, exist_ok=True)
                worst, outputs, problems = measure(c, r, folder)
            row = {"class": c["cls"].__name__, "dtype": str(c["dtype"]).removeprefix("torch."),
                   "largest": float(f"{worst:.2e}"), "outputs": outputs}
            if GENERATES.get(family) == name:
                with tempfile.TemporaryDirectory(prefix="weft-parity-") as scratch:
                    unequal = speak(c, r, Path(scratch))
                row["greedy"] = unequal is None
                problems += [unequal] if unequal else []
            print(f"{family:12} {name:15} {c['cls'].__name__:38} {worst:8.1e} {outputs:4} outputs"
                  f"{', greedy ids equal' if row.get('greedy') else ''}", *problems, sep="\n    ", flush=True)
            failed = failed or bool(problems)
            rows[name] = row | ({"problems": problems} if problems else {})
        with tempfile.TemporaryDirectory(prefix="weft-parity-") as scratch:
            tokenizer, unequal = family_tokenizers.compare(family, scratch, WEFT)
        print(f"{family:12} {'tokenizer':15} {tokenizer['class']:38} {tokenizer['texts']} texts,",
              unequal or "ids equal", flush=True)
        failed = failed or bool(unequal)
        results[family] = {"models": rows, "tokenizer": tokenizer}
    if a.json:
        commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
        command = " ".join(["bench/parity/forward.py", *a.families, f"--seed {a.seed}"])
        a.json.write_text(json.dumps({"families": results, "command": command, "commit": commit, "torch": torch.__version__,
                                      "transformers": t.__version__}, indent=1) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
