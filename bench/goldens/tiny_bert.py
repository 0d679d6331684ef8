"""Tiny random BERTs for bert_goldens.py and lora_goldens.py."""

import torch
from transformers import BertConfig
from transformers.utils import logging

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
logging.set_verbosity_error()  # checkpoints with heads are read without them on purpose
logging.disable_progress_bar()


def config(**changes):
    settings = dict(
        vocab_size=101, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=37,
        max_position_embeddings=32, type_vocab_size=2, hidden_act="gelu", layer_norm_eps=1e-12,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, pad_token_id=0, attn_implementation="eager")
    return BertConfig(**{**settings, **changes})


def randomise(model, seed, std=0.2):
    """Large enough that a wrong layer shows; biases and norms are not left at 0 and 1."""
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in sorted(model.named_parameters()):
            noise = torch.randn(p.shape, generator=g)
            if name.endswith("LayerNorm.weight"):
                p.copy_(1 + 0.2 * noise)
            elif name.endswith("bias"):
                p.copy_(0.1 * noise)
            else:
                p.copy_(std * noise)
    return model.eval()


def f32(tensors):
    """Rounds float64 results to f32 once; integers stay."""
    return {k: (v.detach().float() if v.is_floating_point() else v.detach()).contiguous().clone()
            for k, v in tensors.items()}
