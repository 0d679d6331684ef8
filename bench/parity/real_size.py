"""Random checkpoints of real size through transformers and through `weft forward`: see README.md.

Arguments name the shapes to run, all without; the rows of the others stay in results.json.
"""

import json
import os
import platform
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
import transformers as t
from safetensors.torch import load_file, save_file
from transformers.utils import logging

logging.set_verbosity_error()
logging.disable_progress_bar()
ROOT = Path(__file__).resolve().parents[2]
RESULTS = Path(__file__).with_name("results.json")
SEED = 2026

# name: class, config, dtype stored, shape of the batch
SHAPES = {
    "bert-base": (t.BertForMaskedLM, lambda: t.BertConfig(), torch.float32, (2, 128)),
    "opt-125m": (t.OPTForCausalLM, lambda: t.OPTConfig(), torch.float16, (2, 128)),
    "flan-t5-base": (
        t.T5ForConditionalGeneration,
        lambda: t.T5Config(
            d_model=768, d_ff=2048, num_layers=12, num_heads=12, feed_forward_proj="gated-gelu", tie_word_embeddings=False),
        torch.float32,
        (2, 64),
    ),
    "llama-1b": (
        t.LlamaForCausalLM,
        lambda: t.LlamaConfig(
            vocab_size=128256, hidden_size=2048, intermediate_size=8192, num_hidden_layers=16, num_attention_heads=32,
            num_key_value_heads=8, head_dim=64, max_position_embeddings=131072, rms_norm_eps=1e-5,
            tie_word_embeddings=True, rope_parameters={
                "rope_type": "llama3", "rope_theta": 500000.0, "factor": 32.0, "low_freq_factor": 1.0,
                "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}),
        torch.bfloat16,
        (1, 64),
    ),
}


def build(name, folder):
    cls, config, dtype, _ = SHAPES[name]
    torch.manual_seed(SEED)
    model = cls(config())
    with torch.no_grad():
        for key, p in model.named_parameters():  # norms and biases are not left at 1 and 0
            if p.dim() == 1:
                p.add_(0.1 * torch.randn(p.shape))
    model.to(dtype).save_pretrained(folder)


def inputs(name, vocabulary):
    """Random tokens; the last row of a batch is padded on the right."""
    cls, _, _, (rows, width) = SHAPES[name]
    g = torch.Generator().manual_seed(SEED)
    x = {"input_ids": torch.randint(5, vocabulary, (rows, width), generator=g),
         "attention_mask": torch.ones(rows, width, dtype=torch.int64)}
    if rows > 1:
        x["attention_mask"][-1, width // 2:] = 0
    if cls is t.T5ForConditionalGeneration:
        x["decoder_input_ids"] = torch.randint(5, vocabulary, (rows, 16), generator=g)
    return x


def reference(name, folder, x):
    model = SHAPES[name][0].from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    with torch.no_grad():
        out = model(**x, output_hidden_states=True)
    named = {}
    for key, value in out.items():
        if torch.is_tensor(value):
            named[key] = value
        elif key.endswith("hidden_states"):
            named.update({f"{key}.{i}": v for i, v in enumerate(value)})
    return named


def difference(name, ours, theirs, x):
    masked = "decoder_input_ids" not in x or name.startswith("encoder_")
    keep = x["attention_mask"][..., None] if masked else torch.ones(1)
    error = ((ours - theirs) * keep).abs().max().item()
    return error / max(1, (theirs * keep).abs().max().item())


def measure(name):
    with tempfile.TemporaryDirectory(prefix="weft-parity-") as scratch:
        folder = Path(scratch)
        build(name, folder / "model")
        x = inputs(name, json.loads((folder / "model/config.json").read_text())["vocab_size"])
        save_file(x, folder / "in.safetensors")
        started = time.time()
        subprocess.run(
            [*shlex.split(os.environ.get("WEFT", str(ROOT / "weft"))), "forward", str(folder / "model"), "--hidden-states",
             "--inputs", str(folder / "in.safetensors"), "--outputs", str(folder / "out.safetensors")], check=True)
        seconds = time.time() - started
        ours = load_file(folder / "out.safetensors")
        theirs = reference(name, folder / "model", x)
        rows = {k: float(f"{difference(k, ours[k], v, x):.2e}") for k, v in theirs.items() if k in ours}
        missing = sorted(set(theirs) - set(ours))
        assert not missing, f"{name}: weft forward gave no {missing}"
        largest = max(rows.values())
        print(f"{name}: largest difference {largest:.1e} over {len(rows)} outputs, weft forward {seconds:.1f} s")
        assert largest < 1e-4
        return {"dtype": str(SHAPES[name][2]).removeprefix("torch."), "largest": largest, "outputs": rows}


def main():
    names = sys.argv[1:] or list(SHAPES)
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"models": {}}
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    for name in names:
        results["models"][name] = {"commit": commit, **measure(name)}
    results.update(
        command="bench/parity/real_size.py", seed=SEED, machine=platform.machine(), torch=torch.__version__,
        transformers=t.__version__)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
