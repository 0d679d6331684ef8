"""Goldens of the encoder families from transformers: tiny random models with and without heads.

Writes models/src/test/resources/goldens/models/<name>/ with config.json and model.safetensors
(save_pretrained) and goldens.safetensors. For <side> in right, left (where the padding is) and
holes (any token masked, ids under the mask not the padding's):
  <side>.input_ids, <side>.attention_mask     i64 [3, 9]; .token_type_ids where the model has types
  <side>.<output>                             f32, every output of the model under its own name, those
                                              of a list numbered: hidden_states.0 = embeddings
Attentions are kept for the configs whose name ends in _attentions; of those that are stacks alone
gradients.safetensors has, with loss = sum(last_hidden_state * dout) on the batch of the right side,
  dout                         zero at padding
  grad.<parameter name>        every parameter the loss reaches (a pooler is not reached)

The reference runs in float64, eager attention, on the stored weights and is rounded once to f32; the
script asserts that transformers' own f32 run agrees. ModernBERT's softmax is f32 whatever the model
is, where float64's lowest number becomes minus infinity and a row without a visible key NaN: its
reference is the f32 run. A masked first token that sees no key in its window means nothing, so the
windows of the classifier that reads it are wide enough.
"""

import shutil
import sys
from pathlib import Path

import torch
import tiny_bert
import transformers as t
from safetensors.torch import save_file

OUT = Path(__file__).resolve().parents[2] / "models/src/test/resources/goldens/models"

BERT = dict(vocab_size=53, hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=29,
            max_position_embeddings=16, pad_token_id=0)
ROBERTA = {**BERT, "pad_token_id": 1, "type_vocab_size": 1, "layer_norm_eps": 1e-5}
MPNET = {**BERT, "pad_token_id": 1}
DISTIL = dict(vocab_size=53, dim=24, n_layers=2, n_heads=3, hidden_dim=29, max_position_embeddings=16)
MODERN = dict(vocab_size=53, hidden_size=24, num_hidden_layers=3, num_attention_heads=3, intermediate_size=21,
              max_position_embeddings=16, local_attention=4, pad_token_id=0, bos_token_id=1, cls_token_id=1,
              eos_token_id=2, sep_token_id=2)
ROPE = {"full_attention": {"rope_type": "default", "rope_theta": 900.0},
        "sliding_attention": {"rope_type": "default", "rope_theta": 30.0}}


class RobertaWithoutPooler(t.RobertaModel):
    def __init__(self, config):
        super().__init__(config, add_pooling_layer=False)


# name: class, its config, dtype stored
MODELS = {
    "bert_masked_lm": (t.BertForMaskedLM, t.BertConfig(**BERT), torch.float32),
    "bert_masked_lm_untied": (
        t.BertForMaskedLM, t.BertConfig(**BERT, tie_word_embeddings=False, hidden_act="relu"), torch.bfloat16),
    "bert_sequence_classification": (t.BertForSequenceClassification, t.BertConfig(**BERT, num_labels=3), torch.float16),
    "bert_token_classification_attentions": (
        t.BertForTokenClassification, t.BertConfig(**BERT, num_labels=5, type_vocab_size=3), torch.float16),
    "roberta_attentions": (t.RobertaModel, t.RobertaConfig(**ROBERTA), torch.float32),
    "roberta_masked_lm": (t.RobertaForMaskedLM, t.RobertaConfig(**{**ROBERTA, "hidden_act": "relu"}), torch.float16),
    "roberta_masked_lm_untied": (
        t.RobertaForMaskedLM, t.RobertaConfig(**ROBERTA, tie_word_embeddings=False), torch.bfloat16),
    "roberta_sequence_classification": (
        t.RobertaForSequenceClassification,
        t.RobertaConfig(**{**ROBERTA, "pad_token_id": 3, "hidden_act": "gelu_new", "type_vocab_size": 2}, num_labels=4),
        torch.float16),
    "xlm_roberta_no_pooler": (RobertaWithoutPooler, t.XLMRobertaConfig(**ROBERTA), torch.float16),
    "xlm_roberta_masked_lm": (t.XLMRobertaForMaskedLM, t.XLMRobertaConfig(**ROBERTA), torch.float16),
    "xlm_roberta_token_classification": (
        t.XLMRobertaForTokenClassification, t.XLMRobertaConfig(**ROBERTA, num_labels=5), torch.float16),
    "distilbert_attentions": (t.DistilBertModel, t.DistilBertConfig(**DISTIL), torch.float32),
    "distilbert_masked_lm": (
        t.DistilBertForMaskedLM, t.DistilBertConfig(**DISTIL, activation="relu"), torch.float16),
    "distilbert_masked_lm_untied": (
        t.DistilBertForMaskedLM, t.DistilBertConfig(**DISTIL, tie_word_embeddings=False, sinusoidal_pos_embds=True),
        torch.bfloat16),
    "distilbert_sequence_classification": (
        t.DistilBertForSequenceClassification, t.DistilBertConfig(**DISTIL, num_labels=3), torch.float16),
    "distilbert_token_classification": (
        t.DistilBertForTokenClassification, t.DistilBertConfig(**DISTIL, num_labels=3), torch.float16),
    "mpnet_attentions": (t.MPNetModel, t.MPNetConfig(**MPNET), torch.float32),
    "mpnet_masked_lm": (t.MPNetForMaskedLM, t.MPNetConfig(**MPNET, hidden_act="relu"), torch.float16),
    "mpnet_masked_lm_untied": (
        t.MPNetForMaskedLM, t.MPNetConfig(**MPNET, tie_word_embeddings=False, relative_attention_num_buckets=40),
        torch.bfloat16),
    "mpnet_sequence_classification": (
        t.MPNetForSequenceClassification, t.MPNetConfig(**MPNET, num_labels=3), torch.float16),
    "mpnet_token_classification": (t.MPNetForTokenClassification, t.MPNetConfig(**MPNET, num_labels=3), torch.float16),
    "modernbert_attentions": (t.ModernBertModel, t.ModernBertConfig(**MODERN), torch.float32),
    "modernbert_masked_lm": (
        t.ModernBertForMaskedLM, t.ModernBertConfig(**MODERN, rope_parameters=ROPE, hidden_activation="silu",
                                                    classifier_activation="relu"), torch.float16),
    "modernbert_masked_lm_biased_untied": (
        t.ModernBertForMaskedLM,
        t.ModernBertConfig(**{**MODERN, "num_hidden_layers": 2}, tie_word_embeddings=False, attention_bias=True,
                           mlp_bias=True, norm_bias=True, classifier_bias=True, norm_eps=1e-3,
                           layer_types=["sliding_attention", "full_attention"]), torch.bfloat16),
    "modernbert_masked_lm_no_decoder_bias": (
        t.ModernBertForMaskedLM,
        t.ModernBertConfig(**{**MODERN, "num_hidden_layers": 1}, decoder_bias=False), torch.float16),
    "modernbert_sequence_classification": (
        t.ModernBertForSequenceClassification, t.ModernBertConfig(**{**MODERN, "local_attention": 12}, num_labels=3),
        torch.float16),
    "modernbert_sequence_classification_mean": (
        t.ModernBertForSequenceClassification,
        t.ModernBertConfig(**{**MODERN, "num_hidden_layers": 1}, num_labels=2, classifier_pooling="mean"),
        torch.float16),
    "modernbert_token_classification": (
        t.ModernBertForTokenClassification, t.ModernBertConfig(**MODERN, num_labels=3), torch.float16),
}
LENGTHS = (9, 6, 3)
WIDTH = max(LENGTHS)


def randomise(model, seed):
    """Large enough that a wrong layer shows; biases and norms are not left at 0 and 1."""
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in sorted(model.named_parameters()):
            noise = torch.randn(p.shape, generator=g)
            norm = "norm" in name.lower() and name.endswith("weight")
            p.copy_(1 + 0.2 * noise if norm else (0.1 if name.endswith("bias") else 0.25) * noise)
    return model.eval()


def inputs(config, seed):
    """Three sequences padded on either side, and rows with random masks over random ids."""
    g = torch.Generator().manual_seed(seed)
    pad = config.pad_token_id
    types = getattr(config, "type_vocab_size", 0)
    shape = (len(LENGTHS), WIDTH)
    sides = {}
    for side in ("right", "left", "holes"):
        ids = torch.randint(4, config.vocab_size, shape, generator=g)
        if side == "holes":
            mask = (torch.rand(shape, generator=g) < 0.6).long()
            mask[:, -2] = 1
            mask[0, 0], mask[1, 0] = 1, 0
            ids[2, 4] = pad
        else:
            mask = torch.zeros(shape, dtype=torch.int64)
            for row, n in enumerate(LENGTHS):
                mask[row, slice(0, n) if side == "right" else slice(WIDTH - n, WIDTH)] = 1
            ids = torch.where(mask == 1, ids, pad)
        sides[side] = {"input_ids": ids, "attention_mask": mask}
        if types:
            sides[side]["token_type_ids"] = torch.randint(0, types, shape, generator=g)
    return sides


def named(out, attentions):
    """The outputs of a model by name."""
    tensors = {}
    for key, value in out.items():
        if torch.is_tensor(value):
            tensors[key] = value
        elif key != "attentions" or attentions:
            tensors.update({f"{key}.{i}": v for i, v in enumerate(value)})
    return tensors


def forward(cls, folder, dtype, x):
    model = cls.from_pretrained(folder, dtype=dtype, attn_implementation="eager").eval()
    with torch.no_grad():
        return model(**x, output_hidden_states=True, output_attentions=True)


def gradients(cls, folder, dtype, x, seed):
    model = cls.from_pretrained(folder, dtype=dtype, attn_implementation="eager").eval()
    out = model(**x).last_hidden_state
    dout = torch.randn(out.shape, generator=torch.Generator().manual_seed(seed)) * x["attention_mask"][..., None]
    (out * dout.to(dtype)).sum().backward()
    grads = {f"grad.{k}": p.grad for k, p in model.named_parameters() if p.grad is not None}
    save_file(tiny_bert.f32({"dout": dout, **grads}), folder / "gradients.safetensors")


def main():
    for seed, (name, (cls, config, dtype)) in enumerate(MODELS.items(), start=300):
        folder = OUT / name
        if sys.argv[1:] and not any(name.startswith(a) for a in sys.argv[1:]):
            continue
        shutil.rmtree(folder, ignore_errors=True)
        torch.manual_seed(seed)
        randomise(cls(config), seed).to(dtype).save_pretrained(folder)
        tensors = {}
        worst = 0
        precision = torch.float32 if name.startswith("modernbert") else torch.float64
        if name.endswith("_attentions") and cls.__name__.endswith("Model"):
            gradients(cls, folder, precision, inputs(config, seed)["right"], seed)
        for side, x in inputs(config, seed).items():
            out = forward(cls, folder, precision, x)
            narrow = forward(cls, folder, torch.float32, x)
            tensors.update({f"{side}.{k}": v for k, v in x.items()})
            wide = named(out, name.endswith("_attentions"))
            tensors.update({f"{side}.{k}": v for k, v in wide.items()})
            assert all(v.isfinite().all() for v in wide.values())
            for k, v in named(narrow, False).items():
                worst = max(worst, ((v - wide[k]).abs().max() / max(1, wide[k].abs().max())).item())
        print(f"{name}: f32 run differs by {worst:.1e}")
        assert worst < 2e-5
        save_file(tiny_bert.f32(tensors), folder / "goldens.safetensors")


if __name__ == "__main__":
    main()
