"""Goldens of SASRec as RecBole (commit 7b02be5e) defines it: cross-entropy over all items, tied output.

Writes recsys/src/test/resources/goldens/sasrec.safetensors. d 16, 2 layers, 2 heads, inner 32, at most
L = 10 items, 30 rows in the item table (row 0 is padding), layer norm eps 1e-12, dropout 0, gelu (erf).

Forward, with E = item_embedding.weight [30, d], P = position_embedding.weight [L, d]; sequences are
left-aligned (padded with item 0 on the right), positions 0 .. L-1:
  x = LayerNorm(E[item_seq] + P)                               (dropout here in training)
  for each layer of trm_encoder:
    q, k, v = query(x), key(x), value(x), split in heads of size d / heads
    a = softmax(q k^T / sqrt(d / heads) + mask) v, heads joined
        mask: position j is seen from i when j <= i and item_seq[j] is not 0; -10000 elsewhere
    x = LayerNorm(dense(a) + x)                                multi_head_attention
    x = LayerNorm(dense_2(gelu(dense_1(x))) + x)               feed_forward
  seq_output = x at position item_seq_len - 1
  logits = seq_output E^T                                      all rows, row 0 among them
  loss = cross_entropy(logits, pos_items), mean over the batch
Post-norm, no factor sqrt(d), no bias in the output. E gathers gradient from both of its uses, but
row 0 only from the output (padding_idx 0).

Keys:
  item_seq i64 [5, 10], item_seq_len i64 [5], pos_items i64 [5]
  weights.<name>, grad.<name>         names as in RecBole's state dict
  hidden_states.0 (input to the first layer), .1, .2   f32 [5, 10, 16]; padding positions mean nothing
  seq_output [5, 16], logits [5, 30], loss
and a loss at every position (one pass trains all prefixes of a sequence):
  targets i64 [5, 10]                 the next item; -100 at padding
  loss_all, grad_all.<name>           cross_entropy over every position that has a target, mean over those
key.bias has a true gradient of zero (softmax ignores a shift): compare it absolutely.

The reference runs in float64 on f32 weights and is rounded once to f32.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

OUT = Path(__file__).resolve().parents[2] / "recsys/src/test/resources/goldens"
D, LAYERS, HEADS, INNER, LENGTH, ITEMS = 16, 2, 2, 32, 10, 30
EPS = 1e-12
LENGTHS = (10, 1, 4, 7, 2)

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)


def shapes():
    yield "item_embedding.weight", (ITEMS, D)
    yield "position_embedding.weight", (LENGTH, D)
    yield from norm_shapes("LayerNorm")
    for i in range(LAYERS):
        attention, feed = f"trm_encoder.layer.{i}.multi_head_attention", f"trm_encoder.layer.{i}.feed_forward"
        for name in ("query", "key", "value", "dense"):
            yield from linear_shapes(f"{attention}.{name}", D, D)
        yield from norm_shapes(f"{attention}.LayerNorm")
        yield from linear_shapes(f"{feed}.dense_1", D, INNER)
        yield from linear_shapes(f"{feed}.dense_2", INNER, D)
        yield from norm_shapes(f"{feed}.LayerNorm")


def linear_shapes(name, n_in, n_out):
    yield f"{name}.weight", (n_out, n_in)
    yield f"{name}.bias", (n_out,)


def norm_shapes(name):
    yield f"{name}.weight", (D,)
    yield f"{name}.bias", (D,)


def random_weights(g):
    weights = {}
    for name, shape in shapes():
        noise = torch.randn(shape, generator=g)
        if name.endswith("LayerNorm.weight"):
            weights[name] = 1 + 0.2 * noise
        else:
            weights[name] = noise * (0.1 if name.endswith("bias") else 0.3)
    return weights


def forward(w, item_seq):
    """All hidden states, embeddings first."""

    def linear(name, x):
        return F.linear(x, w[f"{name}.weight"], w[f"{name}.bias"])

    def norm(name, x):
        return F.layer_norm(x, (D,), w[f"{name}.weight"], w[f"{name}.bias"], EPS)

    def heads(x):
        return x.unflatten(-1, (HEADS, D // HEADS)).transpose(1, 2)  # [B, N, T, D/N]

    seen = (item_seq != 0)[:, None, None, :] & torch.ones(LENGTH, LENGTH, dtype=torch.bool).tril()
    mask = torch.where(seen, 0.0, -10000.0).double()
    embedded = F.embedding(item_seq, w["item_embedding.weight"], padding_idx=0)
    x = norm("LayerNorm", embedded + w["position_embedding.weight"])
    states = [x]
    for i in range(LAYERS):
        attention, feed = f"trm_encoder.layer.{i}.multi_head_attention", f"trm_encoder.layer.{i}.feed_forward"
        q, k, v = (heads(linear(f"{attention}.{name}", x)) for name in ("query", "key", "value"))
        a = torch.softmax(q @ k.mT / (D // HEADS) ** 0.5 + mask, -1) @ v
        x = norm(f"{attention}.LayerNorm", linear(f"{attention}.dense", a.transpose(1, 2).flatten(-2)) + x)
        x = norm(f"{feed}.LayerNorm", linear(f"{feed}.dense_2", F.gelu(linear(f"{feed}.dense_1", x))) + x)
        states.append(x)
    return states


def main():
    g = torch.Generator().manual_seed(400)
    weights = random_weights(g)
    item_seq = torch.zeros(len(LENGTHS), LENGTH, dtype=torch.int64)
    targets = torch.full((len(LENGTHS), LENGTH), -100)
    pos_items = torch.zeros(len(LENGTHS), dtype=torch.int64)
    for row, n in enumerate(LENGTHS):
        items = torch.randint(1, ITEMS, (n + 1,), generator=g)
        item_seq[row, :n], targets[row, :n], pos_items[row] = items[:-1], items[1:], items[-1]
    lengths = torch.tensor(LENGTHS)

    tensors = {"item_seq": item_seq, "item_seq_len": lengths, "pos_items": pos_items, "targets": targets}
    tensors.update({f"weights.{k}": v for k, v in weights.items()})

    w = {k: v.double().requires_grad_() for k, v in weights.items()}
    states = forward(w, item_seq)
    seq_output = states[-1][torch.arange(len(LENGTHS)), lengths - 1]
    logits = seq_output @ w["item_embedding.weight"].T
    loss = F.cross_entropy(logits, pos_items)
    loss.backward()
    tensors.update({f"hidden_states.{i}": x for i, x in enumerate(states)})
    tensors.update({"seq_output": seq_output, "logits": logits, "loss": loss})
    tensors.update({f"grad.{k}": v.grad for k, v in w.items()})

    w = {k: v.double().requires_grad_() for k, v in weights.items()}
    logits = forward(w, item_seq)[-1] @ w["item_embedding.weight"].T
    loss_all = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-100)
    loss_all.backward()
    tensors["loss_all"] = loss_all
    tensors.update({f"grad_all.{k}": v.grad for k, v in w.items()})

    OUT.mkdir(parents=True, exist_ok=True)
    save_file({k: (v.detach().float() if v.is_floating_point() else v).contiguous() for k, v in tensors.items()},
              OUT / "sasrec.safetensors")
    print(f"loss {loss.item():.4f}, all positions {loss_all.item():.4f},",
          (OUT / "sasrec.safetensors").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
