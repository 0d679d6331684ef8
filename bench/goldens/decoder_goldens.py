"""Goldens of the decoder families from transformers: tiny random models with and without heads.

Writes models/src/test/resources/goldens/models/<name>/ as encoder_goldens.py does, for <side> in right,
left and holes: <side>.input_ids, <side>.attention_mask i64 [2, 7], for GPT-2 also types.*, and every
output of the model in f32 under its own name; attentions where the name ends in _attentions. Models
with a language model head also have
  greedy.prompt, greedy.ids   i64 [4], [up to 8]: what generate(do_sample=False) adds to the prompt, with
                              the settings of the generation_config.json beside it
Names that end in _attentions also have gradients.safetensors: with loss = sum(last_hidden_state * dout)
of the stack alone on the batch of the right side,
  dout                        f32 [2, 7, H], zero at padding
  grad.<parameter name>       every parameter of the stack
Names that end in _old_keys have a config.json rewritten with the keys of older versions, read back by
transformers for the reference.

The reference runs in float64, eager attention, on the stored weights and is rounded once to f32; the
script asserts that transformers' own f32 run agrees. Its masks are those of the f32 run: the softmax is
f32 in most of these families, where float64's lowest number becomes minus infinity and a row without
a visible key NaN.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
import tiny_bert
import transformers as t
from safetensors.torch import load_file, save_file
from transformers import masking_utils

OUT = Path(__file__).resolve().parents[2] / "models/src/test/resources/goldens/models"
SHAPE = (2, 7)

HEADS = dict(vocab_size=37, pad_token_id=0, bos_token_id=1, eos_token_id=2)
LLAMA = dict(**HEADS, hidden_size=16, intermediate_size=20, num_hidden_layers=2, num_attention_heads=4,
             num_key_value_heads=2, max_position_embeddings=16)
GEMMA = {**LLAMA, "head_dim": 6, "query_pre_attn_scalar": 9, "sliding_window": 3}
NEOX = dict(**HEADS, hidden_size=16, intermediate_size=20, num_hidden_layers=2, num_attention_heads=2,
            max_position_embeddings=16)
GPT2 = dict(**HEADS, n_embd=16, n_layer=2, n_head=2, n_inner=20, n_positions=16)
OPT = dict(**HEADS, hidden_size=16, ffn_dim=20, num_hidden_layers=2, num_attention_heads=2,
           max_position_embeddings=16)


def rope(kind, theta=100.0, **more):
    return {"rope_parameters": {"rope_type": kind, "rope_theta": theta, **more}}


# name: class, its config, dtype stored
MODELS = {
    "llama_attentions": (t.LlamaForCausalLM, t.LlamaConfig(**{**LLAMA, "num_key_value_heads": 4}), torch.float32),
    "llama_linear": (t.LlamaForCausalLM, t.LlamaConfig(
        **LLAMA, head_dim=6, attention_bias=True, mlp_bias=True, tie_word_embeddings=True, hidden_act="gelu",
        **rope("linear", factor=2.0)), torch.bfloat16),
    "llama_dynamic": (t.LlamaForCausalLM, t.LlamaConfig(
        **{**LLAMA, "max_position_embeddings": 5}, **rope("dynamic", factor=2.0)), torch.float16),
    "llama_yarn": (t.LlamaForCausalLM, t.LlamaConfig(
        **LLAMA, head_dim=8, **rope("yarn", factor=2.0, original_max_position_embeddings=8)), torch.float16),
    "llama_yarn_mscale": (t.LlamaForCausalLM, t.LlamaConfig(
        **LLAMA, head_dim=8, **rope("yarn", factor=4.0, original_max_position_embeddings=4, mscale=1.0,
                                    mscale_all_dim=0.6, beta_fast=8.0, beta_slow=0.5, truncate=False)), torch.float16),
    "llama_llama3": (t.LlamaForCausalLM, t.LlamaConfig(
        **LLAMA, head_dim=8, **rope("llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                                    original_max_position_embeddings=8)), torch.float16),
    "llama_longrope": (t.LlamaForCausalLM, t.LlamaConfig(
        **LLAMA, **rope("longrope", factor=2.0, original_max_position_embeddings=5, short_factor=[1.1, 1.3],
                        long_factor=[1.5, 3.0])), torch.float16),
    "llama_old_keys": (t.LlamaForCausalLM, t.LlamaConfig(**LLAMA), torch.float16),
    "llama_sequence_classification": (t.LlamaForSequenceClassification, t.LlamaConfig(**LLAMA, num_labels=3), torch.float16),
    "llama_token_classification": (t.LlamaForTokenClassification, t.LlamaConfig(**LLAMA, num_labels=5), torch.float16),
    "llama_stack": (t.LlamaModel, t.LlamaConfig(**LLAMA, hidden_act="relu"), torch.bfloat16),
    "mistral_attentions": (t.MistralForCausalLM, t.MistralConfig(**LLAMA, sliding_window=3), torch.float32),
    "mistral_no_window": (t.MistralForCausalLM, t.MistralConfig(
        **LLAMA, sliding_window=None, head_dim=6, tie_word_embeddings=True), torch.bfloat16),
    "mistral_sequence_classification": (t.MistralForSequenceClassification, t.MistralConfig(**LLAMA, num_labels=2), torch.float16),
    "qwen2_attentions": (t.Qwen2ForCausalLM, t.Qwen2Config(
        **LLAMA, use_sliding_window=True, sliding_window=3, max_window_layers=1), torch.float32),
    "qwen2_unused_window": (t.Qwen2ForCausalLM, t.Qwen2Config(
        **LLAMA, sliding_window=3, max_window_layers=0, tie_word_embeddings=True), torch.bfloat16),
    "qwen2_token_classification": (t.Qwen2ForTokenClassification, t.Qwen2Config(**LLAMA, num_labels=3), torch.float16),
    "qwen3_attentions": (t.Qwen3ForCausalLM, t.Qwen3Config(**LLAMA, head_dim=6), torch.float32),
    "qwen3_windows": (t.Qwen3ForCausalLM, t.Qwen3Config(
        **LLAMA, head_dim=8, attention_bias=True, use_sliding_window=True, sliding_window=2,
        layer_types=["sliding_attention", "full_attention"], tie_word_embeddings=True), torch.bfloat16),
    "qwen3_sequence_classification": (t.Qwen3ForSequenceClassification, t.Qwen3Config(**LLAMA, head_dim=6, num_labels=3), torch.float16),
    "gemma2_attentions": (t.Gemma2ForCausalLM, t.Gemma2Config(
        **GEMMA, attn_logit_softcapping=1.5, final_logit_softcapping=2.0), torch.float32),
    "gemma2_uncapped": (t.Gemma2ForCausalLM, t.Gemma2Config(
        **GEMMA, attn_logit_softcapping=None, final_logit_softcapping=None, attention_bias=True,
        tie_word_embeddings=False, hidden_activation="silu", **rope("linear", factor=2.0)), torch.bfloat16),
    "gemma2_old_keys": (t.Gemma2ForCausalLM, t.Gemma2Config(**GEMMA), torch.float16),
    "gemma2_token_classification": (t.Gemma2ForTokenClassification, t.Gemma2Config(**GEMMA, num_labels=3), torch.float16),
    "gemma3_attentions": (t.Gemma3ForCausalLM, t.Gemma3TextConfig(
        **GEMMA, layer_types=["full_attention", "sliding_attention"], final_logit_softcapping=3.0,
        rope_parameters={"sliding_attention": {"rope_type": "default", "rope_theta": 20.0},
                         "full_attention": {"rope_type": "linear", "factor": 2.0, "rope_theta": 300.0}}), torch.float32),
    "gemma3_old_keys": (t.Gemma3ForCausalLM, t.Gemma3TextConfig(**{**GEMMA, "num_hidden_layers": 3}), torch.float16),
    "gemma3_bidirectional": (t.Gemma3TextModel, t.Gemma3TextConfig(
        **{**GEMMA, "sliding_window": 4}, use_bidirectional_attention=True,
        layer_types=["sliding_attention", "full_attention"]), torch.float16),
    "gemma3_sequence_classification": (t.Gemma3TextForSequenceClassification, t.Gemma3TextConfig(**GEMMA, num_labels=3), torch.float16),
    "gpt2_attentions": (t.GPT2LMHeadModel, t.GPT2Config(**GPT2), torch.float32),
    "gpt2_layer_scale": (t.GPT2LMHeadModel, t.GPT2Config(
        **{**GPT2, "n_inner": None}, scale_attn_by_inverse_layer_idx=True, scale_attn_weights=False,
        activation_function="relu", tie_word_embeddings=False, layer_norm_epsilon=1e-3), torch.bfloat16),
    "gpt2_old_keys": (t.GPT2LMHeadModel, t.GPT2Config(**GPT2), torch.float16),
    "gpt2_sequence_classification": (t.GPT2ForSequenceClassification, t.GPT2Config(**GPT2, num_labels=3), torch.float16),
    "gpt2_token_classification": (t.GPT2ForTokenClassification, t.GPT2Config(**GPT2, num_labels=3), torch.float16),
    "gpt_neox_attentions": (t.GPTNeoXForCausalLM, t.GPTNeoXConfig(**NEOX), torch.float32),
    "gpt_neox_sequential": (t.GPTNeoXForCausalLM, t.GPTNeoXConfig(
        **NEOX, use_parallel_residual=False, attention_bias=False, tie_word_embeddings=True, hidden_act="gelu_fast",
        **rope("linear", factor=2.0, partial_rotary_factor=0.5)), torch.bfloat16),
    "gpt_neox_old_keys": (t.GPTNeoXForCausalLM, t.GPTNeoXConfig(**NEOX), torch.float16),
    "gpt_neox_sequence_classification": (t.GPTNeoXForSequenceClassification, t.GPTNeoXConfig(**NEOX, num_labels=3), torch.float16),
    "gpt_neox_token_classification": (t.GPTNeoXForTokenClassification, t.GPTNeoXConfig(
        **NEOX, num_labels=3, **rope("default", partial_rotary_factor=1.0)), torch.float16),
    "opt_attentions": (t.OPTForCausalLM, t.OPTConfig(**OPT), torch.float32),
    "opt_350m": (t.OPTForCausalLM, t.OPTConfig(**OPT, do_layer_norm_before=False, word_embed_proj_dim=10), torch.float16),
    "opt_no_final_norm": (t.OPTForCausalLM, t.OPTConfig(
        **OPT, _remove_final_layer_norm=True, word_embed_proj_dim=6, enable_bias=False, tie_word_embeddings=False,
        activation_function="gelu"), torch.bfloat16),
    "opt_no_affine": (t.OPTForCausalLM, t.OPTConfig(**OPT, layer_norm_elementwise_affine=False), torch.float16),
    "opt_sequence_classification": (t.OPTForSequenceClassification, t.OPTConfig(**OPT, num_labels=3), torch.float16),
    "gpt_neox_odd_rotary": (t.GPTNeoXModel, t.GPTNeoXConfig(
        **{**NEOX, "hidden_size": 24}, **rope("default", partial_rotary_factor=0.25)), torch.float16),
}

# What the old versions wrote: keys to drop, keys to put
OLD_KEYS = {
    "llama_old_keys": (["rope_parameters", "dtype", "head_dim", "num_key_value_heads"], {
        "rope_theta": 50.0, "rope_scaling": {"type": "linear", "factor": 2.0}, "torch_dtype": "float16",
        "num_key_value_heads": 2}),
    "gemma2_old_keys": (["rope_parameters", "dtype", "layer_types"], {
        "rope_theta": 50.0, "torch_dtype": "float16", "hidden_act": "gelu_pytorch_tanh", "cache_implementation": "hybrid"}),
    "gemma3_old_keys": (["rope_parameters", "dtype", "layer_types"], {
        "rope_theta": 300.0, "rope_local_base_freq": 20.0, "rope_scaling": {"rope_type": "linear", "factor": 2.0},
        "sliding_window_pattern": 2, "torch_dtype": "float16", "cache_implementation": "hybrid"}),
    "gpt2_old_keys": (["dtype", "n_inner"], {
        "n_ctx": 16, "n_inner": 20, "task_specific_params": {"text-generation": {"do_sample": True, "max_length": 50}}}),
    "gpt_neox_old_keys": (["rope_parameters", "dtype"], {
        "rotary_pct": 0.5, "rotary_emb_base": 50, "torch_dtype": "float16"}),
}
# What the generation_config.json of a model says beside its special tokens
RULES = {
    "llama_linear": dict(repetition_penalty=1.7, min_new_tokens=8),
    "gpt2_layer_scale": dict(no_repeat_ngram_size=2, suppress_tokens=[5, 11], begin_suppress_tokens=[7], max_new_tokens=6),
    "opt_350m": dict(forced_eos_token_id=2, eos_token_id=[2, 9]),
}


def randomise(model, seed):
    """Large enough that a wrong layer shows; biases and norms are not left at 0 and 1."""
    g = torch.Generator().manual_seed(seed)
    offset = 0 if "Gemma" in type(model).__name__ else 1
    with torch.no_grad():
        for name, p in sorted(model.named_parameters()):
            noise = torch.randn(p.shape, generator=g)
            norm = p.ndim == 1 and name.endswith("weight")
            p.copy_(offset + 0.2 * noise if norm else (0.1 if name.endswith("bias") else 0.3) * noise)
    return model.eval()


def rename_as_published(folder):
    """Names as in the first GPT-2 checkpoints: no prefix, each layer's causal mask among the weights."""
    state = {k.removeprefix("transformer."): v for k, v in load_file(folder / "model.safetensors").items()}
    for layer in range(2):
        state[f"h.{layer}.attn.bias"] = torch.ones(1, 1, 16, 16, dtype=torch.float16).tril()
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})


def save(name, cls, config, dtype, folder, seed):
    model = randomise(cls(config), seed).to(dtype)
    if name in RULES:
        for key, value in RULES[name].items():
            setattr(model.generation_config, key, value)
    model.save_pretrained(folder)
    if name in OLD_KEYS:
        path = folder / "config.json"
        keys = json.loads(path.read_text())
        drop, put = OLD_KEYS[name]
        keys = {k: v for k, v in keys.items() if k not in drop} | put
        path.write_text(json.dumps(dict(sorted(keys.items())), indent=2) + "\n")
    if name == "gpt2_old_keys":
        rename_as_published(folder)


def inputs(config, g, typed):
    """Two sequences padded on either side, and rows with random masks over random ids, the last masked.

    A classifier of sequences reads the last token that is not the padding's, masked or not."""
    sides = {}
    for side in ("right", "left", "holes"):
        ids = torch.randint(3, config.vocab_size, SHAPE, generator=g)
        mask = torch.ones(SHAPE, dtype=torch.int64)
        if side == "holes":
            mask = (torch.rand(SHAPE, generator=g) < 0.6).long()
            mask[:, 3] = 1
            mask[:, -2:] = torch.tensor([[1, 0], [0, 0]])
        else:
            mask[1, slice(4, None) if side == "right" else slice(0, 3)] = 0
            ids = torch.where(mask == 1, ids, config.pad_token_id)
        sides[side] = {"input_ids": ids, "attention_mask": mask}
    if typed:
        sides["types"] = {**sides["left"], "token_type_ids": torch.randint(0, 9, SHAPE, generator=g)}
    return sides


def narrow_masks():
    """Masks of f32's lowest number whatever the type."""
    plain = masking_utils.ALL_MASK_ATTENTION_FUNCTIONS["eager"]

    def narrow(*args, **kwargs):
        mask = plain(*args, **kwargs)
        return None if mask is None else mask.clamp(min=torch.finfo(torch.float32).min)

    masking_utils.ALL_MASK_ATTENTION_FUNCTIONS["eager"] = narrow


def named(out, attentions):
    """The outputs of a model by name."""
    tensors = {}
    for key, value in out.items():
        if torch.is_tensor(value):
            tensors[key] = value
        elif key == "hidden_states" or (key == "attentions" and attentions):
            tensors.update({f"{key}.{i}": v for i, v in enumerate(value)})
    if "last_hidden_state" not in tensors:
        tensors["last_hidden_state"] = out.hidden_states[-1]
    return tensors


def gradients(stack, x, folder, g):
    out = stack(**x).last_hidden_state
    dout = torch.randn(out.shape, generator=g) * x["attention_mask"][..., None]
    (out * dout.double()).sum().backward()
    grads = {f"grad.{k}": p.grad for k, p in stack.named_parameters() if p.grad is not None}
    save_file(tiny_bert.f32({"dout": dout, **grads}), folder / "gradients.safetensors")


def main():
    narrow_masks()
    for seed, (name, (cls, config, dtype)) in enumerate(MODELS.items(), start=600):
        folder = OUT / name
        if sys.argv[1:] and not any(name.startswith(a) for a in sys.argv[1:]):
            continue
        shutil.rmtree(folder, ignore_errors=True)
        torch.manual_seed(seed)
        save(name, cls, config, dtype, folder, seed)
        wide = cls.from_pretrained(folder, dtype=torch.float64, attn_implementation="eager").eval()
        narrow = cls.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        g = torch.Generator().manual_seed(seed)
        tensors, worst = {}, 0
        for side, x in inputs(config, g, name == "gpt2_attentions").items():
            with torch.no_grad():
                out = named(wide(**x, output_hidden_states=True, output_attentions=True, use_cache=False),
                            name.endswith("_attentions"))
                check = named(narrow(**x, output_hidden_states=True, use_cache=False), False)
            tensors.update({f"{side}.{k}": v for k, v in x.items()})
            tensors.update({f"{side}.{k}": v for k, v in out.items()})
            assert all(v.isfinite().all() for v in out.values())
            for k, v in check.items():
                worst = max(worst, ((v - out[k]).abs().max() / max(1, out[k].abs().max())).item())
        if wide.can_generate():
            prompt = torch.randint(3, config.vocab_size, (1, 4), generator=g)
            length = {} if wide.generation_config.max_new_tokens else {"max_new_tokens": 8}
            made = wide.generate(prompt, do_sample=False, attention_mask=torch.ones_like(prompt), **length)
            tensors["greedy.prompt"], tensors["greedy.ids"] = prompt[0], made[0, 4:]
        print(f"{name}: f32 run differs by {worst:.1e}", tensors.get("greedy.ids", torch.tensor([])).tolist())
        assert worst < 2e-5
        save_file(tiny_bert.f32(tensors), folder / "goldens.safetensors")
        if name.endswith("_attentions"):
            x = {k: tensors[f"right.{k}"] for k in ("input_ids", "attention_mask")}
            gradients(wide.base_model, x, folder, g)


if __name__ == "__main__":
    main()
