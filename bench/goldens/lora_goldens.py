"""Goldens of LoRA on BERT with the LLM-Rec loss, from transformers and PEFT.

Writes lora/src/test/resources/goldens/lora/:
  base/                 config.json, model.safetensors: BERT, 2 layers, hidden 32, 4 heads, no pooler, dropout 0
  query_value/          PEFT adapter r 4, lora_alpha 8, target_modules query, value
  dense/                r 3, lora_alpha 5, target_modules query, key, value, dense (every Linear)
  regex/                r 2, lora_alpha 2, target_modules a regular expression: layer 1 only
                        each adapter_config.json, adapter_model.safetensors as save_pretrained writes them
                        (lists sorted, base_model_name_or_path "base"); lora_A and lora_B random, none zero
  goldens.safetensors   keys below

Batches (batch0, batch1): 4 users, 1 positive and 3 negatives each, out of a table of 9 items.
  items.ids, items.mask             i64 [9, Ti]      [CLS] t1 t2 ..., 1 = token; padded on the right with 0
  <batch>.user_ids, .user_mask      i64 [4, Tu]      [CLS] and the titles of the history joined
  <batch>.candidates                i64 [4, 4]       rows of the item table, column 0 is the positive
  <batch>.item_ids, .item_mask      i64 [4, 4, Ti]   the same items spelled out
[CLS] is id 1; token types are 0; positions 0, 1, 2 ...

Loss: h = last hidden state at [CLS] of user or item (one shared tower); scores[b, c] = h_user[b] .
h_item[b, c]; cross-entropy against column 0, mean over the batch.

For <adapter> in query_value, dense, regex:
  <adapter>.unmerged.last_hidden_state, <adapter>.merged.last_hidden_state   [4, Tu, 32] of batch0's users
  <adapter>.merged_weight.<parameter>   the merged weight of each adapted Linear (query_value only)
  <adapter>.scores, <adapter>.loss      on batch0
  <adapter>.grad.<PEFT key>             adapters trained, base frozen; key as in adapter_model.safetensors
query_value also, the base trained together with the adapters:
  query_value.grad_all.<parameter>      the base's parameters, named as in base/model.safetensors
                                        (the adapters' gradients are the same as above)
Without any adapter, all parameters trained:
  base.last_hidden_state, base.scores, base.loss, base.grad.<parameter>
key.bias has a true gradient of zero (softmax ignores a shift): compare it absolutely.

Trajectories: 20 steps of torch.optim.AdamW (betas 0.9, 0.999) on query_value, base frozen, from the
stored adapter; step i uses batch i mod 2; the loss is the one before the step.
  plain.losses [20]                     lr 1e-3, weight decay 0.001, eps 1e-8, no clipping
  clipped.losses [20], .lrs [20], .norms [20]
                                        eps 1e-4, weight decay 0.001, clip_grad_norm_ 1.0 (norms are those
                                        before clipping), linear decay over 20 steps after 3 of warm-up to
                                        1e-3 (so lrs[0] = 0)
  <trajectory>.final.<PEFT key>         the adapter afterwards
Weight decay applies to every adapter matrix.

The reference runs in float64 (eager attention) on the stored f32 weights and is rounded once to f32;
the script asserts that the same code in f32, as PEFT runs it, gives the same losses within 1e-5.
"""

import json
import shutil
from pathlib import Path

import peft
import tiny_bert
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from transformers import BertModel, get_linear_schedule_with_warmup

OUT = Path(__file__).resolve().parents[2] / "lora/src/test/resources/goldens/lora"
CLS, STEPS = 1, 20
PEFT_PREFIX = "base_model.model."

ADAPTERS = {
    "query_value": dict(r=4, lora_alpha=8, target_modules=["query", "value"]),
    "dense": dict(r=3, lora_alpha=5, target_modules=["query", "key", "value", "dense"]),
    "regex": dict(r=2, lora_alpha=2, target_modules=r".*\.layer\.1\.attention\.self\.(query|value)"),
}


def base_model(dtype):
    return BertModel.from_pretrained(
        OUT / "base", add_pooling_layer=False, dtype=dtype, attn_implementation="eager").eval()


def adapted(name, dtype, trainable=True):
    model = peft.PeftModel.from_pretrained(
        base_model(dtype), OUT / name, is_trainable=trainable, autocast_adapter_dtype=False)
    return model.to(dtype).eval()


def lora_parameters(model):
    """By the name under which PEFT saves them."""
    return {k.replace(".default", ""): p for k, p in model.named_parameters() if ".lora_" in k}


def base_parameters(model):
    return {k.removeprefix(PEFT_PREFIX).replace(".base_layer", ""): p
            for k, p in model.named_parameters() if ".lora_" not in k}


# ---- what is written once, then read back ----


def write_base():
    torch.manual_seed(200)
    config = tiny_bert.config(vocab_size=80, max_position_embeddings=40)
    model = tiny_bert.randomise(BertModel(config, add_pooling_layer=False), 200)
    with torch.no_grad():  # the softmax is not one-hot, and clipping acts on some steps only
        model.encoder.layer[1].output.LayerNorm.weight.mul_(0.45)
    model.save_pretrained(OUT / "base")


def write_adapter(name, seed):
    torch.manual_seed(seed)
    model = peft.get_peft_model(base_model(torch.float32), peft.LoraConfig(lora_dropout=0.0, bias="none", **ADAPTERS[name]))
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for _, p in sorted(lora_parameters(model).items()):
            p.copy_(0.2 * torch.randn(p.shape, generator=g))
    model.save_pretrained(OUT / name)
    (OUT / name / "README.md").unlink()
    path = OUT / name / "adapter_config.json"
    settings = json.loads(path.read_text())
    settings["base_model_name_or_path"] = "base"
    for key, value in settings.items():
        if isinstance(value, list):
            settings[key] = sorted(value)
    path.write_text(json.dumps(settings, indent=2) + "\n")


def pad(rows):
    width = max(map(len, rows))
    ids = torch.tensor([row + [0] * (width - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    return ids, mask


def write_batches():
    g = torch.Generator().manual_seed(201)
    titles = [torch.randint(2, 80, (n,), generator=g).tolist() for n in (3, 5, 1, 4, 7, 2, 6, 3, 5)]
    data = {}
    data["items.ids"], data["items.mask"] = pad([[CLS] + t for t in titles])
    for batch, lengths in (("batch0", (1, 4, 2, 3)), ("batch1", (3, 1, 5, 2))):
        users, candidates = [], []
        for n in lengths:
            order = torch.randperm(len(titles), generator=g).tolist()
            users.append([CLS] + sum((titles[i] for i in order[:n]), []))
            candidates.append(torch.randperm(len(titles), generator=g)[:4].tolist())
        data[f"{batch}.user_ids"], data[f"{batch}.user_mask"] = pad(users)
        data[f"{batch}.candidates"] = torch.tensor(candidates)
        data[f"{batch}.item_ids"] = data["items.ids"][data[f"{batch}.candidates"]]
        data[f"{batch}.item_mask"] = data["items.mask"][data[f"{batch}.candidates"]]
    return data


# ---- LLM-Rec ----


def encode(model, ids, mask):
    return model(input_ids=ids, attention_mask=mask).last_hidden_state


def scores(model, data, batch):
    user = encode(model, data[f"{batch}.user_ids"], data[f"{batch}.user_mask"])[:, 0]  # [B, H]
    ids, mask = data[f"{batch}.item_ids"], data[f"{batch}.item_mask"]
    item = encode(model, ids.flatten(0, 1), mask.flatten(0, 1))[:, 0].unflatten(0, ids.shape[:2])  # [B, 4, H]
    return torch.einsum("bh,bch->bc", user, item)


def loss_of(score):
    return F.cross_entropy(score, torch.zeros(score.shape[0], dtype=torch.int64))


def trajectory(dtype, data, clipped):
    model = adapted("query_value", dtype)
    parameters = lora_parameters(model)
    optimizer = torch.optim.AdamW(
        parameters.values(), lr=1e-3, betas=(0.9, 0.999), eps=1e-4 if clipped else 1e-8, weight_decay=0.001,
        foreach=False)
    schedule = get_linear_schedule_with_warmup(optimizer, 3, STEPS) if clipped else None
    losses, lrs, norms = [], [], []
    for step in range(STEPS):
        loss = loss_of(scores(model, data, f"batch{step % 2}"))
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        if clipped:
            norms.append(torch.nn.utils.clip_grad_norm_(parameters.values(), 1.0).item())
            lrs.append(schedule.get_last_lr()[0])
        optimizer.step()
        if clipped:
            schedule.step()
    final = {k: p.detach() for k, p in parameters.items()}
    return losses, lrs, norms, final


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    write_base()
    for seed, name in enumerate(ADAPTERS, start=210):
        write_adapter(name, seed)
    data = write_batches()
    tensors = dict(data)
    users = data["batch0.user_ids"], data["batch0.user_mask"]

    def score_and_backward(name, model):
        score = scores(model, data, "batch0")
        loss = loss_of(score)
        loss.backward()
        tensors[f"{name}.scores"], tensors[f"{name}.loss"] = score, loss
        print(f"{name}: loss {loss.item():.6f}, scores {score.min().item():.2f} .. {score.max().item():.2f}")

    base = base_model(torch.float64)
    score_and_backward("base", base)
    tensors["base.last_hidden_state"] = encode(base, *users)
    tensors.update({f"base.grad.{k}": p.grad for k, p in base.named_parameters()})

    for name in ADAPTERS:
        model = adapted(name, torch.float64)
        assert all(p.requires_grad == (".lora_" in k) for k, p in model.named_parameters())
        score_and_backward(name, model)
        tensors.update({f"{name}.grad.{k}": p.grad for k, p in lora_parameters(model).items()})
        with torch.no_grad():
            tensors[f"{name}.unmerged.last_hidden_state"] = encode(model, *users)
            merged = model.merge_and_unload()
            tensors[f"{name}.merged.last_hidden_state"] = encode(merged, *users)
        if name == "query_value":
            tensors.update({f"{name}.merged_weight.{k}": p for k, p in merged.named_parameters()
                            if k.endswith(("query.weight", "value.weight"))})

    model = adapted("query_value", torch.float64).requires_grad_(True)
    loss_of(scores(model, data, "batch0")).backward()
    for key, p in lora_parameters(model).items():
        assert torch.allclose(p.grad, tensors[f"query_value.grad.{key}"], rtol=1e-12, atol=1e-15)
    tensors.update({f"query_value.grad_all.{k}": p.grad for k, p in base_parameters(model).items()})

    for name, clipped in (("plain", False), ("clipped", True)):
        losses, lrs, norms, final = trajectory(torch.float64, data, clipped)
        narrow, _, _, narrow_final = trajectory(torch.float32, data, clipped)
        error = max(abs(a - b) for a, b in zip(losses, narrow))
        drift = max((final[k] - narrow_final[k]).abs().max().item() for k in final)
        print(f"{name}: loss {losses[0]:.4f} .. {losses[-1]:.4f}; f32 run differs by {error:.1e}, adapter by {drift:.1e}")
        assert error < 1e-5
        tensors[f"{name}.losses"] = torch.tensor(losses, dtype=torch.float64)
        if clipped:
            tensors[f"{name}.lrs"] = torch.tensor(lrs, dtype=torch.float64)
            tensors[f"{name}.norms"] = torch.tensor(norms, dtype=torch.float64)
        tensors.update({f"{name}.final.{k}": p for k, p in final.items()})
    save_file(tiny_bert.f32(tensors), OUT / "goldens.safetensors")


if __name__ == "__main__":
    main()
