"""Goldens of LoRA on GPT-2 (Conv1D), Llama and T5, from transformers and PEFT.

Writes lora/src/test/resources/goldens/lora-families/<name>/ for gpt2, llama and t5:
  config.json, model.safetensors           a tiny random model with its language model head
  adapter/                                 adapter_config.json and adapter_model.safetensors as PEFT's
                                           save_pretrained writes them (lists sorted, base_model_name_or_path
                                           "base"); lora_A and lora_B random
  goldens.safetensors
    input_ids i64 [2, 7], for t5 also decoder_input_ids i64 [2, 5]; no padding
    base.logits, adapted.logits            f32, without and with the adapter
    merged.<parameter name>                the weight of the first adapted layer after merge_and_unload

The reference runs in float64, eager attention, on the stored f32 weights and is rounded once to f32; the
script asserts that merging changes no logit by more than 1e-9 there, and that the same in f32 agrees.
"""

import json
import shutil
from pathlib import Path

import peft
import tiny_bert
import torch
import transformers as t
from safetensors.torch import save_file

OUT = Path(__file__).resolve().parents[2] / "lora/src/test/resources/goldens/lora-families"
SHAPE, DECODER_SHAPE = (2, 7), (2, 5)
IDS = dict(vocab_size=37, pad_token_id=0, bos_token_id=1, eos_token_id=2)

# name: class, config, adapter, the first layer that it changes
MODELS = {
    "gpt2": (
        t.GPT2LMHeadModel, t.GPT2Config(**IDS, n_embd=16, n_layer=2, n_head=2, n_inner=20, n_positions=16),
        dict(r=3, lora_alpha=6, target_modules=["c_attn", "mlp.c_proj"], fan_in_fan_out=True),
        "transformer.h.0.attn.c_attn.weight"),
    "llama": (
        t.LlamaForCausalLM, t.LlamaConfig(
            **IDS, hidden_size=16, intermediate_size=20, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
            max_position_embeddings=16),
        dict(r=2, lora_alpha=16, target_modules=["q_proj", "v_proj"], use_rslora=True),
        "model.layers.0.self_attn.q_proj.weight"),
    "t5": (
        t.T5ForConditionalGeneration, t.T5Config(
            vocab_size=37, d_model=16, d_kv=5, d_ff=20, num_layers=2, num_heads=3, dropout_rate=0.0, decoder_start_token_id=0,
            feed_forward_proj="gated-gelu"),
        dict(r=4, lora_alpha=4, target_modules=["q", "v"]),
        "encoder.block.0.layer.0.SelfAttention.q.weight"),
}


def randomise(parameters, seed, scale):
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in sorted(parameters):
            noise = torch.randn(p.shape, generator=g)
            norm = p.ndim == 1 and name.endswith("weight")
            p.copy_(1 + 0.2 * noise if norm else scale * noise)


def base(cls, folder, dtype):
    return cls.from_pretrained(folder, dtype=dtype, attn_implementation="eager").eval()


def write(name, folder, seed):
    cls, config, lora, _ = MODELS[name]
    torch.manual_seed(seed)
    model = cls(config)
    randomise(model.named_parameters(), seed, 0.3)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink()
    adapted = peft.get_peft_model(base(cls, folder, torch.float32), peft.LoraConfig(lora_dropout=0.0, bias="none", **lora))
    randomise(((k, p) for k, p in adapted.named_parameters() if ".lora_" in k), seed, 0.2)
    adapted.save_pretrained(folder / "adapter")
    (folder / "adapter/README.md").unlink()
    path = folder / "adapter/adapter_config.json"
    settings = {k: sorted(v) if isinstance(v, list) else v for k, v in json.loads(path.read_text()).items()}
    settings["base_model_name_or_path"] = "base"
    path.write_text(json.dumps(settings, indent=2) + "\n")


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    for seed, (name, (cls, _, _, first)) in enumerate(MODELS.items(), start=900):
        folder = OUT / name
        write(name, folder, seed)
        g = torch.Generator().manual_seed(seed)
        x = {"input_ids": torch.randint(3, 37, SHAPE, generator=g)}
        if name == "t5":
            x["decoder_input_ids"] = torch.randint(3, 37, DECODER_SHAPE, generator=g)
        tensors = dict(x)
        with torch.no_grad():
            tensors["base.logits"] = base(cls, folder, torch.float64)(**x).logits
            for dtype in (torch.float64, torch.float32):
                model = peft.PeftModel.from_pretrained(base(cls, folder, dtype), folder / "adapter", autocast_adapter_dtype=False)
                logits = model.to(dtype).eval()(**x).logits
                if dtype == torch.float32:
                    error = (logits - tensors["adapted.logits"]).abs().max().item()
                else:
                    tensors["adapted.logits"] = logits
                    merged = model.merge_and_unload()
                    tensors[f"merged.{first}"] = dict(merged.named_parameters())[first]
                    assert (merged(**x).logits - logits).abs().max() < 1e-9
        change = (tensors["adapted.logits"] - tensors["base.logits"]).abs().max().item()
        print(f"{name}: the adapter changes logits by {change:.2f}; the f32 run differs by {error:.1e}")
        assert error < 2e-5 and change > 0.1
        save_file(tiny_bert.f32(tensors), folder / "goldens.safetensors")


if __name__ == "__main__":
    main()
