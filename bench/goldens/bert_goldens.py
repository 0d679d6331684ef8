"""Goldens of tiny random BERTs from transformers: hidden states layer by layer.

Writes models/src/test/resources/goldens/bert/<config>/ with config.json and model.safetensors
(save_pretrained) and goldens.safetensors. For <side> in right, left (where the padding is):
  <side>.input_ids, <side>.attention_mask, <side>.token_type_ids   i64 [3, 11]
  <side>.hidden_states.0 .. <side>.hidden_states.L                 f32 [3, 11, H], 0 = embeddings
  <side>.last_hidden_state                                         equal to hidden_states.L
  <side>.pooler_output                                             f32 [3, H], where there is a pooler
  <side>.attentions.0 .. L-1                                       f32 [3, N, 11, 11], config gelu only
and for config gelu also, with loss = sum(last_hidden_state * dout) on the right-padded batch,
  right.dout                      zero at padding
  grad.<parameter name>           every parameter the loss reaches (the pooler is not reached)
key.bias has a true gradient of zero (softmax ignores a shift): compare it absolutely.

Positions are 0, 1, 2 ... in the padded row, on the left-padded batch too. Values at padding
positions are stored but mean nothing to a packed implementation.

The reference runs in float64, eager attention, on the stored weights (f16 and bf16 ones widened
exactly) and is rounded once to f32; the script asserts that transformers' own f32 run agrees.
"""

import shutil
from pathlib import Path

import torch
import tiny_bert
from safetensors.torch import save_file
from transformers import BertForMaskedLM, BertForPreTraining, BertForSequenceClassification, BertModel

OUT = Path(__file__).resolve().parents[2] / "models/src/test/resources/goldens/bert"


class BertWithoutPooler(BertModel):
    def __init__(self, config):
        super().__init__(config, add_pooling_layer=False)


# name: class saved (the heads give the prefix `bert.`), changes to the config, stored dtype
CONFIGS = {
    "gelu": (BertModel, {}, torch.float32),
    "gelu_new_masked_lm": (BertForMaskedLM, dict(
        hidden_size=48, num_attention_heads=3, intermediate_size=65, hidden_act="gelu_new", layer_norm_eps=1e-5,
        type_vocab_size=1, max_position_embeddings=24, vocab_size=97), torch.float32),
    "relu_no_pooler": (BertWithoutPooler, dict(
        hidden_size=40, num_attention_heads=2, intermediate_size=51, hidden_act="relu", layer_norm_eps=1e-5,
        max_position_embeddings=11), torch.float32),
    "classifier_one_type": (BertForSequenceClassification, dict(
        hidden_size=36, intermediate_size=71, type_vocab_size=1, vocab_size=120, max_position_embeddings=16),
        torch.float32),
    "pretraining_three_layers": (BertForPreTraining, dict(
        num_hidden_layers=3, num_attention_heads=2, intermediate_size=29, layer_norm_eps=1e-5, vocab_size=90,
        max_position_embeddings=40), torch.float32),
    "f16": (BertModel, {}, torch.float16),
    "bf16": (BertForMaskedLM, dict(num_attention_heads=2, hidden_act="gelu_new"), torch.bfloat16),
}
LENGTHS = (11, 7, 3)


def inputs(config, seed):
    """The same three sequences twice, padded on the right and on the left."""
    g = torch.Generator().manual_seed(seed)
    width = max(LENGTHS)
    batch = {side: {k: torch.zeros(len(LENGTHS), width, dtype=torch.int64)
                    for k in ("input_ids", "attention_mask", "token_type_ids")} for side in ("right", "left")}
    for row, n in enumerate(LENGTHS):
        ids = torch.randint(1, config.vocab_size, (n,), generator=g)
        types = (torch.arange(n) >= n // 2).long() * (config.type_vocab_size - 1)
        for side, span in (("right", slice(0, n)), ("left", slice(width - n, width))):
            batch[side]["input_ids"][row, span] = ids
            batch[side]["attention_mask"][row, span] = 1
            batch[side]["token_type_ids"][row, span] = types
    return batch, g


def forward(folder, cls, dtype, batch):
    model = cls.from_pretrained(folder, dtype=dtype, attn_implementation="eager").eval()
    return model, {side: model(**x, output_hidden_states=True, output_attentions=True) for side, x in batch.items()}


def main():
    for seed, (name, (cls, changes, dtype)) in enumerate(CONFIGS.items(), start=100):
        folder = OUT / name
        shutil.rmtree(folder, ignore_errors=True)
        torch.manual_seed(seed)
        tiny_bert.randomise(cls(tiny_bert.config(**changes)), seed).to(dtype).save_pretrained(folder)
        reader = BertModel if cls in (BertModel, BertForPreTraining, BertForSequenceClassification) else BertWithoutPooler
        batch, g = inputs(tiny_bert.config(**changes), seed)
        model, out = forward(folder, reader, torch.float64, batch)
        _, narrow = forward(folder, reader, torch.float32, batch)
        tensors = {}
        for side, x in batch.items():
            tensors.update({f"{side}.{k}": v for k, v in x.items()})
            tensors.update({f"{side}.hidden_states.{i}": h for i, h in enumerate(out[side].hidden_states)})
            tensors[f"{side}.last_hidden_state"] = out[side].last_hidden_state
            if out[side].pooler_output is not None:
                tensors[f"{side}.pooler_output"] = out[side].pooler_output
            if name == "gelu":
                tensors.update({f"{side}.attentions.{i}": a for i, a in enumerate(out[side].attentions)})
            error = (out[side].last_hidden_state - narrow[side].last_hidden_state).abs().max().item()
            print(f"{name} {side}: f32 run differs by {error:.1e}")
            assert error < 2e-5
        if name == "gelu":
            dout = torch.randn(out["right"].last_hidden_state.shape, generator=g)
            dout *= batch["right"]["attention_mask"][..., None]
            tensors["right.dout"] = dout
            (out["right"].last_hidden_state * dout.double()).sum().backward()
            tensors.update({f"grad.{k}": p.grad for k, p in model.named_parameters() if p.grad is not None})
        save_file(tiny_bert.f32(tensors), folder / "goldens.safetensors")


if __name__ == "__main__":
    main()
