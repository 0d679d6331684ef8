"""Goldens of tiny random T5s and BARTs from transformers: both stacks, logits, greedy decoding.

Writes models/src/test/resources/goldens/models/<config>/ with config.json, model.safetensors,
generation_config.json where the class generates, and goldens.safetensors. For <side> in right, left
(where the padding is) and holes (on the right and inside):
  <side>.input_ids, <side>.attention_mask     i64 [3, T]
  <side>.decoder_input_ids                    i64 [3, D], where the model is told them
  <side>.encoder_last_hidden_state, <side>.last_hidden_state, <side>.logits
  <side>.encoder_hidden_states.0 ..., <side>.decoder_hidden_states.0 ...    f32 [3, T or D, H], holes; of three configs all
  <side>.encoder_attentions.0 ..., .decoder_attentions.0 ..., .cross_attentions.0 ...  holes of those three
  greedy.<side>                               i64 [3, G], what generate() makes, start token first
  grad_dout, grad.<parameter>                 with loss = sum(holes.last_hidden_state * grad_dout), two configs
An encoder alone has last_hidden_state and hidden_states.0 ... Values at padding mean nothing.

The reference runs in float64, eager attention, on the stored weights (f16 and bf16 ones widened
exactly) and is rounded once to f32; the script asserts that transformers' own f32 run agrees, and
that no greedy choice was closer than 1e-4.
"""

import json
import shutil
from pathlib import Path

import torch
import tiny_bert
from safetensors.torch import save_file
from transformers import (
    BartConfig, BartForConditionalGeneration, BartForSequenceClassification, BartModel, MT5Config,
    MT5ForConditionalGeneration, T5Config, T5EncoderModel, T5ForConditionalGeneration, T5ForSequenceClassification,
    T5ForTokenClassification, T5Model, UMT5Config, UMT5ForConditionalGeneration)

OUT = Path(__file__).resolve().parents[2] / "models/src/test/resources/goldens/models"
T5 = dict(vocab_size=43, d_model=16, d_kv=5, d_ff=23, num_layers=2, num_heads=3, dropout_rate=0.0,
          decoder_start_token_id=0)
BART = dict(vocab_size=43, d_model=16, encoder_layers=2, decoder_layers=2, encoder_attention_heads=2,
            decoder_attention_heads=4, encoder_ffn_dim=23, decoder_ffn_dim=19, max_position_embeddings=30,
            dropout=0.0)
PUBLISHED_T5 = dict(n_positions=512, output_past=True, task_specific_params={"a": {"prefix": "b: ", "num_beams": 4}})
PUBLISHED_BART = {
    "_num_labels": 3, "add_bias_logits": False, "add_final_layer_norm": False, "classif_dropout": 0.0,
    "early_stopping": True, "force_bos_token_to_be_generated": True, "gradient_checkpointing": False,
    "length_penalty": 2.0, "max_length": 142, "min_length": 56, "no_repeat_ngram_size": 3, "normalize_before": False,
    "normalize_embedding": True, "num_beams": 4, "num_hidden_layers": 2, "output_past": True, "prefix": " ",
    "static_position_embeddings": False, "task_specific_params": {"summarization": {"num_beams": 4}},
    "torch_dtype": "float32"}

# name: class, config class, changes to the config, stored dtype, further options:
#   untied: tensors stored with values of their own; stored: keys of config.json changed after saving;
#   width: longest sequence; attentions, shifted (the decoder is not told what to read); forced: of generation
CONFIGS = {
    "t5_v1_0": (T5ForConditionalGeneration, T5Config, dict(num_heads=2), torch.float32,
                dict(width=12, attentions=True, gradients=True, stored=PUBLISHED_T5)),
    "t5_v1_1": (T5ForConditionalGeneration, T5Config, dict(
        feed_forward_proj="gated-gelu", num_decoder_layers=3, relative_attention_num_buckets=8,
        relative_attention_max_distance=10), torch.float32,
        dict(width=14, untied=["lm_head.weight"],
             stored=dict(tie_word_embeddings=False, scale_decoder_outputs=None, dense_act_fn=None, is_gated_act=None))),
    "t5_mt5_bf16": (MT5ForConditionalGeneration, MT5Config, dict(num_heads=2, layer_norm_epsilon=1e-5), torch.bfloat16,
                    dict(untied=["lm_head.weight", "decoder.embed_tokens.weight"], stored=dict(tokenizer_class="T5Tokenizer"))),
    "t5_umt5": (UMT5ForConditionalGeneration, UMT5Config, dict(
        num_decoder_layers=1, relative_attention_num_buckets=9, relative_attention_max_distance=11), torch.float32,
        dict(width=13, stored=dict(scalable_attention=True))),
    "t5_encoder_f16": (T5EncoderModel, T5Config, dict(feed_forward_proj="gated-silu"), torch.float16, dict(attentions=True)),
    "t5_stack_gelu": (T5Model, T5Config, dict(feed_forward_proj="gelu", num_decoder_layers=1), torch.float32, {}),
    "t5_classifier": (T5ForSequenceClassification, T5Config, dict(num_labels=4, num_layers=1), torch.float32, dict(shifted=True)),
    "t5_tokens": (T5ForTokenClassification, T5Config, dict(num_labels=3, num_layers=1), torch.float32, {}),
    "bart_summarizer": (BartForConditionalGeneration, BartConfig, dict(scale_embedding=True, decoder_layers=3),
                        torch.float32, dict(attentions=True, forced=0, stored=PUBLISHED_BART)),
    "bart_stack_f16": (BartModel, BartConfig, dict(activation_function="relu"), torch.float16, dict(shifted=True)),
    "bart_classifier": (BartForSequenceClassification, BartConfig, dict(classifier_dropout=0.1), torch.float32,
                        dict(shifted=True)),
    "bart_untied_bf16": (BartForConditionalGeneration, BartConfig, dict(
        tie_word_embeddings=False, activation_function="gelu_new", encoder_layers=1, decoder_layers=1,
        d_model=12, vocab_size=40), torch.bfloat16, dict(gradients=True)),
}


def randomise(model, seed):
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in sorted(list(model.named_parameters()) + list(model.named_buffers())):
            noise = torch.randn(p.shape, generator=g)
            if "norm" in name and name.endswith("weight"):
                p.copy_(1 + 0.2 * noise)
            elif name.endswith("bias"):
                p.copy_(0.1 * noise)
            else:
                p.copy_((0.8 if "shared" in name or "relative" in name else 0.25) * noise)
    return model.eval()


def save(folder, model, options, g):
    """config.json as published files have it, and every table once unless it is to be stored apart."""
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    for key, value in options.get("stored", {}).items():
        if value is None:
            config.pop(key, None)
        else:
            config[key] = value
    (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    tensors, seen = {}, set()
    for name, value in sorted(model.state_dict().items(), key=lambda item: ("shared" not in item[0], item[0])):
        if name in options.get("untied", []):
            tensors[name] = (0.4 * torch.randn(value.shape, generator=g)).to(value.dtype)
        elif value.data_ptr() not in seen:
            seen.add(value.data_ptr())
            tensors[name] = value.contiguous().clone()
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    generation = folder / "generation_config.json"
    if generation.exists():
        if "forced" in options:
            settings = json.loads(generation.read_text())
            settings["forced_bos_token_id"] = options["forced"]
            generation.write_text(json.dumps(settings, indent=2, sort_keys=True) + "\n")


def inputs(config, width, seed):
    """Three sequences that end in eos, padded on the right, on the left, and with holes."""
    g = torch.Generator().manual_seed(seed)
    lengths = (width, width - 4, 3)
    batch = {side: dict(input_ids=torch.full((3, width), config.pad_token_id, dtype=torch.int64),
                        attention_mask=torch.zeros(3, width, dtype=torch.int64)) for side in ("right", "left", "holes")}
    decoder_ids = torch.randint(3, config.vocab_size, (3, width - 2), generator=g)
    decoder_ids[:, 0] = config.decoder_start_token_id
    for row, n in enumerate(lengths):
        ids = torch.randint(3, config.vocab_size, (n,), generator=g)
        ids[-1] = config.eos_token_id
        for side, span in (("right", slice(0, n)), ("left", slice(width - n, width)), ("holes", slice(0, n))):
            batch[side]["input_ids"][row, span] = ids
            batch[side]["attention_mask"][row, span] = 1
    batch["holes"]["attention_mask"][0, 2:5] = 0
    batch["holes"]["attention_mask"][1, 0] = 0
    return batch, decoder_ids, g


def outputs(model, x, layers, attentions):
    # Without a cache: transformers makes one of the encoder's depth, which a deeper decoder outgrows.
    cache = {} if isinstance(model, (T5EncoderModel, T5ForTokenClassification)) else dict(use_cache=False)
    out = model(**x, **cache, output_hidden_states=True, output_attentions=attentions)
    if hasattr(model, "lm_head") or hasattr(model, "classification_head") or hasattr(model, "classifier"):
        last = (out.decoder_hidden_states if "decoder_hidden_states" in out else out.hidden_states)[-1]
        named = {"last_hidden_state": last, "logits": out.logits}
    else:
        named = {"last_hidden_state": out.last_hidden_state}
    if "encoder_last_hidden_state" in out:
        named["encoder_last_hidden_state"] = out.encoder_last_hidden_state
    for key in ("hidden_states", "attentions"):
        for name in (key, f"encoder_{key}", f"decoder_{key}", "cross_attentions"):
            wanted = attentions if "attentions" in name else layers
            if wanted and name in out:
                named.update({f"{name}.{i}": t for i, t in enumerate(out[name])})
    return named


def greedy(model, x):
    out = model.generate(**x, max_new_tokens=9, do_sample=False, num_beams=1, use_cache=False, output_logits=True,
                         return_dict_in_generate=True)
    for step, logits in enumerate(out.logits):
        top = logits.topk(2, dim=-1).values
        going = (out.sequences[:, 1:step + 1] == model.config.eos_token_id).sum(1) == 0
        assert ((top[:, 0] - top[:, 1])[going] > 1e-4).all(), "a greedy choice is too close"
    return out.sequences


def main():
    for seed, (name, (cls, config_cls, changes, dtype, options)) in enumerate(CONFIGS.items(), start=500):
        folder = OUT / name
        torch.manual_seed(seed)
        base = T5 if name.startswith("t5") else BART
        config = config_cls(**{**base, **changes}, attn_implementation="eager")
        batch, decoder_ids, g = inputs(config, options.get("width", 9), seed)
        save(folder, randomise(cls(config), seed).to(dtype), options, g)
        model = cls.from_pretrained(folder, dtype=torch.float64, attn_implementation="eager").eval()
        narrow = cls.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        tensors = {}
        for side, x in batch.items():
            if not (options.get("shifted") or cls in (T5EncoderModel, T5ForTokenClassification)):
                x["decoder_input_ids"] = decoder_ids
            with torch.no_grad():
                everything = options.get("attentions", False)
                wide = outputs(model, x, everything or side == "holes", everything and side == "holes")
                error = (outputs(narrow, x, False, False)["last_hidden_state"] - wide["last_hidden_state"]).abs().max().item()
            print(f"{name} {side}: f32 run differs by {error:.1e}")
            assert error < 2e-5
            tensors.update({f"{side}.{k}": v for k, v in {**x, **wide}.items()})
            if hasattr(model, "lm_head"):
                x.pop("decoder_input_ids")
                tensors[f"greedy.{side}"] = greedy(model, x)
        if options.get("gradients"):
            base = model.model if hasattr(model, "model") else model
            x = {**batch["holes"], "decoder_input_ids": decoder_ids}
            out = base(**x, use_cache=False, output_hidden_states=True)
            last = out.last_hidden_state if "last_hidden_state" in out else out.decoder_hidden_states[-1]
            tensors["grad_dout"] = torch.randn(last.shape, generator=g)
            (last * tensors["grad_dout"].double()).sum().backward()
            tensors.update({f"grad.{k}": p.grad for k, p in model.named_parameters() if p.grad is not None})
        save_file(tiny_bert.f32(tensors), folder / "goldens.safetensors")


if __name__ == "__main__":
    main()
