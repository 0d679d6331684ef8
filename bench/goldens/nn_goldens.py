"""Goldens of layers, losses, optimisers and schedules from PyTorch and transformers.

Writes nn/src/test/resources/goldens/nn.safetensors; settings (eps, heads, lr ...) are in nn.json beside it.

Layers: <case>.<input>, <case>.weights.<parameter>, <case>.out, <case>.dout, and the gradients of
sum(out * dout): <case>.grad.<parameter>, <case>.grad.<input> (float inputs only).
  linear, linear_no_bias       x [2, 5, 19]
  embedding                    ids i64 [2, 6], dense gradient, repeated ids
  layer_norm, rms_norm         x [2, 5, 24]
  mha, mha_mask, mha_causal    x [2, 7, 24]; BERT's attention: parameters q, k, v, out (each .weight, .bias)
  mha_cross                    x [2, 7, 24], memory [2, 5, 24] for keys and values, mask
                               mask i64 [B, S], 1 = attend; scores divided by sqrt(head size)
Losses: <case>.logits, .target, .out, .dout, .grad.logits
  cross_entropy, cross_entropy_ignore (-100)   mean over the targets that count
  bce_with_logits, bce_with_logits_sum         targets f32 in {0, 1} and between; logits to +-80

Optimisers: optim.grads.a [10, 5, 3], optim.grads.b [10, 7]: the gradients given at each step, scales
from 1 to 1e-8, some zero. For <run> in adamw, adamw_no_decay, adamw_large_eps, adam:
  <run>.a [11, 5, 3], <run>.b [11, 7]          parameters before the first and after each of 10 steps
Clipping: clip.in.a, clip.in.b, clip.in.c; <run>.a, .b, .c, .norm (before clipping) for
  clip_half (0.5), clip_one (1.0), clip_none (1000); coefficient min(1, max / (norm + 1e-6))
Schedules: schedule.<name> [51]: lr at step 0 .. 50 for base lr 1
  linear, cosine, constant (warm-up 5), linear_no_warmup, cosine_no_warmup; 50 steps in all

The reference runs in float64 on f32 inputs and is rounded once to f32.
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn
from transformers import get_constant_schedule_with_warmup, get_cosine_schedule_with_warmup, get_linear_schedule_with_warmup

OUT = Path(__file__).resolve().parents[2] / "nn/src/test/resources/goldens"
torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)

G = torch.Generator().manual_seed(300)
TENSORS = {}
SETTINGS = {}


def normal(*shape, std=1.0):
    return torch.randn(shape, generator=G) * std


class MultiHeadAttention(nn.Module):
    def __init__(self, hidden, heads):
        super().__init__()
        self.q, self.k, self.v, self.out = (nn.Linear(hidden, hidden) for _ in range(4))
        self.heads = heads

    def forward(self, x, memory=None, mask=None, causal=False):
        memory = x if memory is None else memory
        q, k, v = (f(y).unflatten(-1, (self.heads, -1)).transpose(1, 2)
                   for f, y in ((self.q, x), (self.k, memory), (self.v, memory)))
        scores = q @ k.mT / q.shape[-1] ** 0.5
        if mask is not None:
            scores = scores.masked_fill(mask[:, None, None, :] == 0, -torch.inf)
        if causal:
            scores = scores.masked_fill(torch.ones(scores.shape[-2:]).tril() == 0, -torch.inf)
        return self.out((scores.softmax(-1) @ v).transpose(1, 2).flatten(-2))


def layer(name, module, inputs, settings=None, **options):
    SETTINGS[name] = {**(settings or {}), **options}
    with torch.no_grad():
        for key, p in sorted(module.named_parameters()):
            p.copy_(normal(*p.shape, std=0.3))
            TENSORS[f"{name}.weights.{key}"] = p.clone()
    module = module.double()
    leaves = {}
    for key, x in inputs.items():
        TENSORS[f"{name}.{key}"] = x.clone()
        leaves[key] = x.double().requires_grad_() if x.is_floating_point() else x
    out = module(*leaves.values(), **options) if len(leaves) == 1 else module(**leaves, **options)
    dout = normal(*out.shape)
    TENSORS[f"{name}.out"], TENSORS[f"{name}.dout"] = out, dout
    out.backward(dout.double())
    for key, x in (*leaves.items(), *module.named_parameters()):
        if x.grad is not None:
            TENSORS[f"{name}.grad.{key}"] = x.grad


def loss(name, logits, target, fn, **settings):
    SETTINGS[name] = settings
    TENSORS[f"{name}.logits"], TENSORS[f"{name}.target"] = logits, target
    x = logits.double().requires_grad_()
    out = fn(x, target.double() if target.is_floating_point() else target, **settings)
    dout = normal(*out.shape)
    TENSORS[f"{name}.out"], TENSORS[f"{name}.dout"] = out, dout
    out.backward(dout.double())
    TENSORS[f"{name}.grad.logits"] = x.grad


def layers():
    layer("linear", nn.Linear(19, 11), {"x": normal(2, 5, 19)})
    layer("linear_no_bias", nn.Linear(19, 11, bias=False), {"x": normal(2, 5, 19)})
    layer("embedding", nn.Embedding(9, 16), {"ids": torch.randint(0, 9, (2, 6), generator=G)})
    layer("layer_norm", nn.LayerNorm(24, eps=1e-12), {"x": normal(2, 5, 24)}, {"eps": 1e-12})
    layer("rms_norm", nn.RMSNorm(24, eps=1e-6), {"x": normal(2, 5, 24)}, {"eps": 1e-6})
    heads = {"heads": 3}
    mask = torch.tensor([[1] * 7, [1] * 4 + [0] * 3])
    layer("mha", MultiHeadAttention(24, 3), {"x": normal(2, 7, 24)}, heads)
    layer("mha_mask", MultiHeadAttention(24, 3), {"x": normal(2, 7, 24), "mask": mask}, heads)
    layer("mha_causal", MultiHeadAttention(24, 3), {"x": normal(2, 7, 24)}, heads, causal=True)
    layer("mha_cross", MultiHeadAttention(24, 3),
          {"x": normal(2, 7, 24), "memory": normal(2, 5, 24), "mask": mask[:, 2:]}, heads)


def losses():
    labels = torch.randint(0, 9, (6,), generator=G)
    loss("cross_entropy", normal(6, 9, std=2.0), labels, F.cross_entropy)
    ignored = labels.clone()
    ignored[[0, 4]] = -100
    loss("cross_entropy_ignore", normal(6, 9, std=2.0), ignored, F.cross_entropy, ignore_index=-100)
    target = torch.rand(4, 8, generator=G)
    target[:2] = (target[:2] > 0.5).float()
    logits = normal(4, 8, std=3.0)
    logits[0, :4] = torch.tensor([80.0, -80.0, 0.0, 30.0])
    loss("bce_with_logits", logits, target, F.binary_cross_entropy_with_logits)
    loss("bce_with_logits_sum", logits.clone(), target.clone(), F.binary_cross_entropy_with_logits, reduction="sum")


def optimisers():
    start = {"a": normal(5, 3), "b": normal(7)}
    grads = {k: normal(10, *p.shape) * 10.0 ** -torch.randint(0, 9, p.shape, generator=G) for k, p in start.items()}
    grads["b"][:, 2] = 0.0
    grads["b"][3:, 5] = 0.0
    TENSORS.update({f"optim.grads.{k}": g for k, g in grads.items()})
    runs = {
        "adamw": (torch.optim.AdamW, dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)),
        "adamw_no_decay": (torch.optim.AdamW, dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0)),
        "adamw_large_eps": (torch.optim.AdamW, dict(lr=1e-2, betas=(0.9, 0.98), eps=1e-4, weight_decay=0.01)),
        "adam": (torch.optim.Adam, dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-8)),
    }
    for name, (kind, settings) in runs.items():
        SETTINGS[name] = settings
        parameters = {k: p.double().requires_grad_() for k, p in start.items()}
        optimizer = kind(parameters.values(), foreach=False, **settings)
        history = {k: [p.detach().clone()] for k, p in parameters.items()}
        for step in range(10):
            for k, p in parameters.items():
                p.grad = grads[k][step].double()
            optimizer.step()
            for k, p in parameters.items():
                history[k].append(p.detach().clone())
        TENSORS.update({f"{name}.{k}": torch.stack(h) for k, h in history.items()})


def clipping():
    grads = {"a": normal(5, 3), "b": normal(7), "c": normal(1)}
    TENSORS.update({f"clip.in.{k}": g for k, g in grads.items()})
    for name, limit in (("clip_half", 0.5), ("clip_one", 1.0), ("clip_none", 1000.0)):
        SETTINGS[name] = {"max_norm": limit}
        parameters = {k: torch.zeros_like(g).double().requires_grad_() for k, g in grads.items()}
        for k, p in parameters.items():
            p.grad = grads[k].double()
        TENSORS[f"{name}.norm"] = nn.utils.clip_grad_norm_(parameters.values(), limit)
        TENSORS.update({f"{name}.{k}": p.grad for k, p in parameters.items()})


def schedules():
    makers = {
        "linear": (5, lambda o: get_linear_schedule_with_warmup(o, 5, 50)),
        "cosine": (5, lambda o: get_cosine_schedule_with_warmup(o, 5, 50)),
        "constant": (5, lambda o: get_constant_schedule_with_warmup(o, 5)),
        "linear_no_warmup": (0, lambda o: get_linear_schedule_with_warmup(o, 0, 50)),
        "cosine_no_warmup": (0, lambda o: get_cosine_schedule_with_warmup(o, 0, 50)),
    }
    for name, (warmup, make) in makers.items():
        SETTINGS[f"schedule.{name}"] = {"lr": 1.0, "warmup_steps": warmup, "steps": 50}
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
        schedule = make(optimizer)
        values = []
        for _ in range(51):
            values.append(schedule.get_last_lr()[0])
            optimizer.step()
            schedule.step()
        TENSORS[f"schedule.{name}"] = torch.tensor(values, dtype=torch.float64)


def main():
    torch.manual_seed(300)
    layers()
    losses()
    optimisers()
    clipping()
    schedules()
    OUT.mkdir(parents=True, exist_ok=True)
    save_file({k: (v.detach().float() if v.is_floating_point() else v).contiguous() for k, v in TENSORS.items()},
              OUT / "nn.safetensors")
    rows = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in SETTINGS.items())
    (OUT / "nn.json").write_text("{\n" + rows + "\n}\n")
    print(len(TENSORS), "tensors,", (OUT / "nn.safetensors").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
