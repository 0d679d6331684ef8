"""Goldens of every tensor operation: inputs, outputs and gradients from PyTorch.

Writes tensor/src/test/resources/goldens/ops.safetensors and, beside it, ops.json (the case table).

The table below has one line per case. A case `<name>` stores
  <name>.in0, .in1 ...     the inputs: f32, or i64 for indices and 0/1 masks
  <name>.out               the output; several outputs are .out0, .out1 ...
  <name>.dout              the upstream gradient (of .out, or of .out0 where there are several)
  <name>.grad0, .grad1 ... the gradient with respect to each differentiable input

Inputs are f32. The reference runs in float64 on those f32 values and is rounded to f32 once when
stored, so it is the correctly rounded result but for double rounding: the error measured against
it is the error of the operation under test. Casts are the exception: they run in the stored dtypes.

Every case draws from its own generator, seeded by the CRC-32 of its name: adding or removing a
case leaves the others as they are.
"""

import json
import math
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from transformers.models.llama.modeling_llama import rotate_half

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "tensor/src/test/resources/goldens"

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)


# ---- inputs: each spec draws one tensor from the generator of its case ----


@dataclass(frozen=True)
class Normal:
    shape: tuple
    std: float = 1.0
    grad: bool = True

    def draw(self, g):
        return torch.randn(self.shape, generator=g) * self.std


@dataclass(frozen=True)
class Uniform:
    shape: tuple
    low: float
    high: float
    grad: bool = True

    def draw(self, g):
        return torch.rand(self.shape, generator=g) * (self.high - self.low) + self.low


@dataclass(frozen=True)
class Nonzero:
    """Magnitude in [0.5, 2), either sign: denominators."""

    shape: tuple
    grad: bool = True

    def draw(self, g):
        sign = torch.randint(0, 2, self.shape, generator=g) * 2 - 1
        return (torch.rand(self.shape, generator=g) * 1.5 + 0.5) * sign


@dataclass(frozen=True)
class Distinct:
    """Values at least 0.01 apart in random order: ties would make max and top-k ambiguous."""

    shape: tuple
    grad: bool = True

    def draw(self, g):
        n = math.prod(self.shape)
        return ((torch.randperm(n, generator=g) - n // 2) * 0.01).reshape(self.shape)


@dataclass(frozen=True)
class Ids:
    shape: tuple
    high: int
    ignore: tuple = ()  # flat positions set to -100
    grad: bool = False

    def draw(self, g):
        ids = torch.randint(0, self.high, self.shape, generator=g)
        for i in self.ignore:
            ids.view(-1)[i] = -100
        return ids


@dataclass(frozen=True)
class Given:
    make: object = field(repr=False)
    grad: bool = False

    def draw(self, g):
        return self.make()


def N(*shape, std=1.0):
    return Normal(shape, std)


def U(low, high, *shape):
    return Uniform(shape, low, high)


def key_mask(lengths, s):
    """[B, 1, 1, S] of 0/1, 1 = attend; a negative length counts from the right end."""
    rows = [[1 if (j < n if n > 0 else j >= s + n) else 0 for j in range(s)] for n in lengths]
    return Given(lambda: torch.tensor(rows)[:, None, None, :])


def masked_normal(*shape):
    """Normal values with about a quarter at -inf, never the first of a row."""

    @dataclass(frozen=True)
    class Masked:
        grad: bool = True

        def draw(self, g):
            x = torch.randn(shape, generator=g)
            drop = torch.rand(shape, generator=g) < 0.25
            drop[..., 0] = False
            return x.masked_fill(drop, -math.inf)

    return Masked()


# ---- functions that are not one PyTorch call ----


def matmul(a, b, transpose0=False, transpose1=False):
    return torch.matmul(a.mT if transpose0 else a, b.mT if transpose1 else b)


def with_scalar(op):
    return lambda x, scalar: op(x, scalar)


def full(op):
    return lambda x: op(x)


def layer_norm(x, w, b, eps):
    return F.layer_norm(x, x.shape[-1:], w, b, eps)


def rms_norm(x, w, eps):
    return F.rms_norm(x, x.shape[-1:], w, eps)


def attention(q, k, v, mask=None, causal="none"):
    """causal: none; top_left (PyTorch's is_causal: key j <= query i); bottom_right (j <= i + S - T)."""
    t, s = q.shape[2], k.shape[2]
    if mask is not None and not mask.is_floating_point():
        mask = mask.bool()
    if causal != "none":
        allowed = torch.ones(t, s, dtype=torch.bool).tril(0 if causal == "top_left" else s - t)
        mask = allowed if mask is None else allowed & mask
    return F.scaled_dot_product_attention(q, k, v, mask, enable_gqa=q.shape[1] != k.shape[1])


def scores_of(q, k, table, query_places, key_places, causal, before, after, softcap, zero, bias=0.0):
    """Scores [N, T, S] of q [T, N, D] and k [S, K, D], minus infinity where a key is hidden.

    Softcap as transformers' Gemma 2 in eager mode: on the scaled scores, before masks and biases.
    """
    k = k.repeat_interleave(q.shape[1] // k.shape[1], 1)
    scores = torch.einsum("tnd,snd->nts", q, k) / math.sqrt(q.shape[2])
    if softcap:
        scores = softcap * torch.tanh(scores / softcap)
    distance = torch.tensor(key_places)[None, :] - torch.tensor(query_places)[:, None]
    if table is not None:
        scores = scores + table[:, (distance + zero).clamp(0, table.shape[1] - 1)]
    hidden = (distance < -before) | (distance > (0 if causal else after))
    return (scores + bias).masked_fill(hidden, -math.inf)


def weighed(scores, v):
    """[T, N, D]: the mean of v [S, K, D] by the softmax of scores [N, T, S]."""
    v = v.repeat_interleave(scores.shape[0] // v.shape[1], 1)
    return torch.einsum("nts,snd->tnd", scores.softmax(-1), v)


FAR = 1 << 30


def packed_attention(q, k, v, table=None, *, query_lengths, key_lengths, causal=False, before=FAR, after=FAR,
                     softcap=0.0, zero=0, query_places=None, key_places=None):
    """q [queries, N, D], k and v [keys, K, D], table [N, R]; sequences one after the other.

    A row stands at its place: keys at 0, 1 ..., queries at the last of them, or where places say.
    """
    outs, i, j = [], 0, 0
    for t, s in zip(query_lengths, key_lengths):
        at = query_places[i:i + t] if query_places else list(range(s - t, s))
        to = key_places[j:j + s] if key_places else list(range(s))
        scores = scores_of(q[i:i + t], k[j:j + s], table, at, to, causal, before, after, softcap, zero)
        outs.append(weighed(scores, v[j:j + s]))
        i, j = i + t, j + s
    return torch.cat(outs)


def padded_attention(q, k, v, bias, table, causal, before, after, softcap, zero):
    """The same of q [B, N, T, D], k and v [B, K, S, D], with a bias [N, T, S] on top."""
    t, s = q.shape[2], k.shape[2]
    at, to = list(range(s - t, s)), list(range(s))
    outs = []
    for q1, k1, v1 in zip(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)):
        scores = scores_of(q1, k1, table, at, to, causal, before, after, softcap, zero, bias)
        outs.append(weighed(scores, v1))
    return torch.stack(outs).transpose(1, 2)


def cos_sin(positions, d, theta=10000.0):
    """[B, T, D]: the D/2 angles position / theta^(2i/D), repeated (cat(freqs, freqs))."""
    inv = theta ** -(torch.arange(0, d, 2, dtype=torch.float64) / d)
    freqs = torch.tensor(positions, dtype=torch.float64)[..., None] * inv
    emb = torch.cat((freqs, freqs), -1)
    return emb.cos().float(), emb.sin().float()


def rotary(x, cos, sin):
    """x [B, T, N, D]; rotate_half(x) = cat(-x[D/2:], x[:D/2]); x cos + rotate_half(x) sin."""
    return x * cos.unsqueeze(2) + rotate_half(x) * sin.unsqueeze(2)


def index_add(x, index, source):
    return x.index_add(0, index, source)


def scatter_add(x, index, source):
    return x.scatter_add(0, index, source)


def mlp_loss(x, w1, b1, g, b, w2, b2, labels):
    """cross_entropy(linear2(layer_norm(gelu(linear1(x)))))"""
    h = F.layer_norm(F.gelu(F.linear(x, w1, b1)), (w1.shape[0],), g, b, 1e-5)
    return F.cross_entropy(F.linear(h, w2, b2), labels)


# ---- the table: op, suffix, inputs, function, arguments ----

CASES = []


def case(op, suffix, inputs, fn, **args):
    CASES.append((f"{op}_{suffix}" if suffix else op, op, inputs, fn, args))


T0, T1 = {"transpose0": True}, {"transpose1": True}
case("matmul", "2d", [N(3, 4), N(4, 5)], matmul)
case("matmul", "37x19x53", [N(37, 19), N(19, 53)], matmul)
case("matmul", "130x70x65", [N(130, 70), N(70, 65)], matmul)
case("matmul", "m1", [N(1, 33), N(33, 17)], matmul)
case("matmul", "k1", [N(7, 1), N(1, 18)], matmul)
case("matmul", "n1", [N(9, 31), N(31, 1)], matmul)
case("matmul", "1x1x1", [N(1, 1), N(1, 1)], matmul)
case("matmul", "tn", [N(19, 37), N(19, 23)], matmul, **T0)
case("matmul", "nt", [N(37, 19), N(23, 19)], matmul, **T1)
case("matmul", "tt", [N(19, 37), N(23, 19)], matmul, **T0, **T1)
case("matmul", "3d", [N(3, 5, 17), N(3, 17, 6)], matmul)
case("matmul", "3d_tn", [N(3, 17, 5), N(3, 17, 6)], matmul, **T0)
case("matmul", "3d_nt", [N(3, 5, 17), N(3, 6, 17)], matmul, **T1)
case("matmul", "3d_tt", [N(3, 17, 5), N(3, 6, 17)], matmul, **T0, **T1)
case("matmul", "4d", [N(2, 3, 5, 8), N(2, 3, 8, 7)], matmul)
case("matmul", "4d_nt", [N(2, 3, 5, 8), N(2, 3, 7, 8)], matmul, **T1)
case("matmul", "3d_by_2d", [N(2, 7, 16), N(16, 9)], matmul)
case("matmul", "2d_by_3d", [N(7, 16), N(3, 16, 9)], matmul)
case("matmul", "broadcast_batch", [N(1, 3, 4, 6), N(2, 1, 6, 5)], matmul)
case("matmul", "broadcast_rank", [N(2, 3, 4, 6), N(3, 6, 5)], matmul)

case("linear", "2d", [N(6, 17), N(11, 17), N(11)], F.linear)
case("linear", "2d_no_bias", [N(6, 17), N(11, 17)], F.linear)
case("linear", "3d", [N(2, 5, 24), N(33, 24), N(33)], F.linear)
case("linear", "3d_no_bias", [N(2, 5, 24), N(33, 24)], F.linear)
case("linear", "one_row", [N(1, 70), N(65, 70), N(65)], F.linear)


def gated_linear(x, weight, bias, gate):
    return F.linear(x, weight, bias) * gate


case("gated_linear", "2d", [N(6, 17), N(11, 17), N(11), N(6, 11)], gated_linear)
case("gated_linear", "3d", [N(2, 5, 24), N(33, 24), N(33), N(2, 5, 33)], gated_linear)
case("gated_linear", "one_row", [N(1, 70), N(65, 70), N(65), N(1, 65)], gated_linear)

for name, fn in (("add", torch.add), ("sub", torch.sub), ("mul", torch.mul), ("div", torch.div)):
    X = (lambda *s: Nonzero(s)) if name == "div" else N
    case(name, "same", [N(5, 17), X(5, 17)], fn)
    case(name, "same_1000", [N(1000), X(1000)], fn)
    case(name, "row", [N(5, 17), X(17)], fn)
    case(name, "row_left", [N(17), X(5, 17)], fn)
    case(name, "column", [N(5, 17), X(5, 1)], fn)
    case(name, "column_left", [N(5, 1), X(5, 17)], fn)
    case(name, "outer", [N(5, 1), X(1, 17)], fn)
    case(name, "middle", [N(2, 3, 4, 5), X(2, 1, 4, 1)], fn)
    case(name, "rank0", [N(5, 17), X()], fn)
    case(name, "rank0_left", [N(), X(5, 17)], fn)
    case(name, "scalar", [N(5, 17)], with_scalar(fn), scalar=1.5)

for name, fn, X in (("sum", torch.sum, Normal), ("mean", torch.mean, Normal), ("amax", torch.amax, Distinct)):
    for where, dim in (("first", 0), ("middle", 1), ("last", -1)):
        case(name, where, [X((4, 5, 19))], fn, dim=dim, keepdim=False)
        case(name, f"{where}_keepdim", [X((4, 5, 19))], fn, dim=dim, keepdim=True)
    case(name, "last_1000", [X((2, 1000))], fn, dim=-1, keepdim=False)
    case(name, "width1", [X((3, 1))], fn, dim=-1, keepdim=False)
    case(name, "all", [X((4, 19))], full(fn))
case("max", "last", [Distinct((4, 19))], torch.max, dim=-1)
case("max", "first", [Distinct((4, 19))], torch.max, dim=0)

for name, fn in (("softmax", F.softmax), ("log_softmax", F.log_softmax)):
    for w in (1, 7, 16, 17, 64, 1000):
        case(name, f"w{w}", [N(2, w, std=2.0)], fn, dim=-1)
    case(name, "first", [N(7, 5, std=2.0)], fn, dim=0)
    case(name, "middle", [N(3, 7, 5, std=2.0)], fn, dim=1)
    case(name, "big", [U(-1e4, 1e4, 4, 33)], fn, dim=-1)
    case(name, "big_close", [Given(lambda: 1e4 + torch.arange(66.0).reshape(2, 33) / 16, True)], fn, dim=-1)
case("softmax", "masked", [masked_normal(4, 33)], F.softmax, dim=-1)

case("cross_entropy", "mean", [N(6, 11, std=2.0), Ids((6,), 11)], F.cross_entropy)
case("cross_entropy", "ignore", [N(9, 11, std=2.0), Ids((9,), 11, ignore=(0, 4, 8))], F.cross_entropy, ignore_index=-100)
case("cross_entropy", "sum", [N(6, 11, std=2.0), Ids((6,), 11)], F.cross_entropy, reduction="sum")
case("cross_entropy", "none", [N(6, 11, std=2.0), Ids((6,), 11)], F.cross_entropy, reduction="none")
case("cross_entropy", "w1000", [N(3, 1000, std=4.0), Ids((3,), 1000)], F.cross_entropy)
case("cross_entropy", "big", [U(-1e3, 1e3, 5, 17), Ids((5,), 17)], F.cross_entropy)

for eps in (1e-12, 1e-5):
    for w in (1, 7, 16, 17, 64, 384, 769):
        case("layer_norm", f"w{w}_eps{eps:g}", [N(3, w, std=2.0), N(w), N(w)], layer_norm, eps=eps)
case("layer_norm", "3d", [N(2, 3, 24), N(24), N(24)], layer_norm, eps=1e-5)
case("layer_norm", "offset", [U(99.0, 101.0, 3, 64), N(64), N(64)], layer_norm, eps=1e-12)
for w in (1, 7, 16, 17, 64, 769):
    case("rms_norm", f"w{w}", [N(3, w, std=2.0), N(w)], rms_norm, eps=1e-6)
case("rms_norm", "3d", [N(2, 3, 24), N(24)], rms_norm, eps=1e-5)

UNARY = (("gelu", F.gelu), ("gelu_tanh", lambda x: F.gelu(x, approximate="tanh")), ("silu", F.silu), ("relu", F.relu),
         ("tanh", torch.tanh), ("erf", torch.erf), ("sigmoid", torch.sigmoid), ("exp", torch.exp), ("neg", torch.neg))
for name, fn in UNARY:
    case(name, "3x17", [N(3, 17, std=2.0)], fn)
    case(name, "1000", [U(-10.0, 10.0, 1000)], fn)
for name, fn in UNARY[:7]:
    case(name, "wide", [U(-80.0, 80.0, 257)], fn)
case("exp", "wide", [U(-87.0, 88.0, 257)], torch.exp)
for name, fn in (("log", torch.log), ("sqrt", torch.sqrt)):
    case(name, "3x17", [U(0.1, 4.0, 3, 17)], fn)
    case(name, "1000", [U(1e-3, 1e3, 1000)], fn)
case("log", "near1", [U(0.99, 1.01, 129)], torch.log)
case("log", "wide", [Given(lambda: 2.0 ** torch.linspace(-126, 127, 254), True)], torch.log)

case("embedding", "repeated", [Ids((3, 7), 6), N(6, 17)], F.embedding)
case("embedding", "some_unused", [Ids((5,), 40), N(40, 24)], F.embedding)
case("embedding", "one_id", [Given(lambda: torch.zeros(9, dtype=torch.int64)), N(3, 5)], F.embedding)
case("index_select", "rows", [N(8, 19), Ids((11,), 8)], lambda x, i: x.index_select(0, i))
case("index_add", "rows", [N(8, 19), Ids((11,), 8), N(11, 19)], index_add)
case("scatter_add", "dim0", [N(6, 5), Ids((9, 5), 6), N(9, 5)], scatter_add)

SDPA = "scaled_dot_product_attention"
case(SDPA, "plain_d4", [N(2, 3, 7, 4), N(2, 3, 7, 4), N(2, 3, 7, 4)], attention)
case(SDPA, "plain_d32_s40", [N(1, 1, 40, 32), N(1, 1, 40, 32), N(1, 1, 40, 32)], attention)
case(SDPA, "t1_s1", [N(2, 2, 1, 32), N(2, 2, 1, 32), N(2, 2, 1, 32)], attention)
case(SDPA, "t1_s40", [N(1, 2, 1, 32), N(1, 2, 40, 32), N(1, 2, 40, 32)], attention)
case(SDPA, "t7_s130_d64", [N(1, 1, 7, 64), N(1, 1, 130, 64), N(1, 1, 130, 64)], attention)
case(SDPA, "t40_s7", [N(1, 2, 40, 4), N(1, 2, 7, 4), N(1, 2, 7, 4)], attention)
case(SDPA, "big", [N(1, 1, 7, 32, std=8.0), N(1, 1, 40, 32, std=8.0), N(1, 1, 40, 32)], attention)
case(SDPA, "causal_s7", [N(2, 2, 7, 4), N(2, 2, 7, 4), N(2, 2, 7, 4)], attention, causal="top_left")
case(SDPA, "causal_s40", [N(1, 2, 40, 32), N(1, 2, 40, 32), N(1, 2, 40, 32)], attention, causal="top_left")
case(SDPA, "causal_s130", [N(1, 1, 130, 4), N(1, 1, 130, 4), N(1, 1, 130, 4)], attention, causal="top_left")
case(SDPA, "causal_top_left_t7_s40", [N(1, 2, 7, 4), N(1, 2, 40, 4), N(1, 2, 40, 4)], attention, causal="top_left")
case(SDPA, "causal_bottom_right_t7_s40", [N(1, 2, 7, 4), N(1, 2, 40, 4), N(1, 2, 40, 4)], attention, causal="bottom_right")
case(SDPA, "causal_bottom_right_t1_s40", [N(1, 2, 1, 4), N(1, 2, 40, 4), N(1, 2, 40, 4)], attention, causal="bottom_right")
case(SDPA, "mask_right", [N(3, 2, 7, 4), N(3, 2, 7, 4), N(3, 2, 7, 4), key_mask((7, 3, 1), 7)], attention)
case(SDPA, "mask_left", [N(2, 2, 7, 4), N(2, 2, 40, 4), N(2, 2, 40, 4), key_mask((-33, -5), 40)], attention)
case(SDPA, "mask_d64", [N(2, 1, 3, 64), N(2, 1, 17, 64), N(2, 1, 17, 64), key_mask((11, 17), 17)], attention)
case(SDPA, "mask_causal", [N(2, 2, 7, 4), N(2, 2, 7, 4), N(2, 2, 7, 4), key_mask((7, 4), 7)], attention, causal="top_left")
case(SDPA, "bias_shared", [N(2, 3, 7, 4), N(2, 3, 9, 4), N(2, 3, 9, 4), N(1, 3, 7, 9)], attention)
case(SDPA, "bias_full", [N(2, 3, 7, 4), N(2, 3, 9, 4), N(2, 3, 9, 4), N(2, 3, 7, 9)], attention)
case(SDPA, "bias_s40", [N(2, 2, 40, 4), N(2, 2, 40, 4), N(2, 2, 40, 4), N(1, 2, 40, 40)], attention)
case(SDPA, "gqa", [N(2, 4, 7, 4), N(2, 2, 7, 4), N(2, 2, 7, 4)], attention)
case(SDPA, "gqa_causal", [N(1, 4, 17, 32), N(1, 2, 17, 32), N(1, 2, 17, 32)], attention, causal="top_left")
case(SDPA, "gqa_one", [N(2, 4, 1, 32), N(2, 1, 17, 32), N(2, 1, 17, 32)], attention)

case(SDPA, "forms", [N(2, 4, 7, 8), N(2, 2, 40, 8), N(2, 2, 40, 8), N(4, 7, 40), N(4, 9)], padded_attention,
     causal=True, before=20, after=FAR, softcap=2.0, zero=8)
case(SDPA, "forms_both_sides", [N(2, 2, 17, 6), N(2, 2, 9, 6), N(2, 2, 9, 6), N(2, 17, 9), N(2, 7)], padded_attention,
     causal=False, before=9, after=11, softcap=0.0, zero=3)


def packed(suffix, queries, keys, n, kv, d, columns=0, std=1.0, **args):
    inputs = [N(sum(queries), n, d, std=std), N(sum(keys), kv, d, std=std), N(sum(keys), kv, d)]
    case("attention", suffix, inputs + ([N(n, columns)] if columns else []), packed_attention,
         query_lengths=queries, key_lengths=keys, **args)


packed("plain", [5, 12], [5, 12], 4, 2, 8)
packed("cross", [5, 3], [2, 9], 3, 3, 8)
packed("window_causal", [20, 7], [20, 7], 4, 2, 8, causal=True, before=5)
packed("window_both_sides", [40, 9], [40, 9], 2, 2, 6, before=6, after=3)
packed("window_blocks", [270], [270], 2, 1, 4, causal=True, before=130)
packed("window_cached", [1, 1, 3], [40, 5, 30], 4, 1, 8, causal=True, before=8)
packed("softcap", [17, 5], [17, 5], 4, 2, 8, std=2.0, softcap=1.5)
packed("softcap_d256", [5], [5], 2, 1, 256, causal=True, before=4, softcap=5.0)
packed("relative", [12, 20], [12, 20], 3, 3, 8, columns=15, zero=7)
packed("relative_causal", [25, 8], [25, 8], 2, 2, 16, columns=10, zero=9, causal=True)
packed("relative_cached", [1, 2], [30, 11], 2, 2, 8, columns=21, zero=20, causal=True)
packed("relative_blocks", [150], [150], 2, 2, 4, columns=41, zero=20)
packed("all", [37, 4], [37, 9], 6, 2, 10, columns=12, zero=5, before=11, after=6, softcap=3.0)
packed("places", [6, 4], [6, 4], 2, 2, 8, columns=9, zero=4, before=5, after=3,
       query_places=[0, 1, 4, 5, 6, 9, 3, 4, 6, 11], key_places=[0, 1, 4, 5, 6, 9, 3, 4, 6, 11])
packed("places_cached", [2, 1], [7, 5], 4, 2, 8, columns=9, zero=7, before=9, causal=True,
       query_places=[9, 12, 6], key_places=[0, 2, 3, 7, 8, 9, 12, 1, 2, 3, 5, 6])

for suffix, positions, n, d in (("d4", [[0, 1, 2], [0, 1, 2]], 2, 4), ("d32", [list(range(7))], 3, 32),
                                ("offset_d64", [[5, 6, 7], [100, 101, 2047]], 1, 64)):
    cs = cos_sin(positions, d)
    shape = (len(positions), len(positions[0]), n, d)
    case("rotary", suffix, [Normal(shape), Given(lambda cs=cs: cs[0]), Given(lambda cs=cs: cs[1])], rotary)
    CASES[-1][4]["_positions"] = positions

case("cat", "dim0", [N(2, 5, 3), N(4, 5, 3)], lambda *x, dim: torch.cat(x, dim), dim=0)
case("cat", "dim1", [N(2, 5, 3), N(2, 1, 3), N(2, 17, 3)], lambda *x, dim: torch.cat(x, dim), dim=1)
case("cat", "last", [N(2, 5, 3), N(2, 5, 16)], lambda *x, dim: torch.cat(x, dim), dim=-1)
case("narrow", "first", [N(9, 17)], torch.narrow, dim=0, start=2, length=5)
case("narrow", "middle", [N(3, 9, 17)], torch.narrow, dim=1, start=4, length=5)
case("narrow", "last", [N(3, 17)], torch.narrow, dim=1, start=3, length=7)
case("transpose", "2d", [N(5, 17)], torch.transpose, dim0=0, dim1=1)
case("transpose", "heads", [N(2, 7, 3, 4)], torch.transpose, dim0=1, dim1=2)
case("reshape", "merge", [N(2, 7, 12)], lambda x, shape: x.reshape(shape), shape=[14, 12])
case("reshape", "heads", [N(2, 7, 12)], lambda x, shape: x.reshape(shape), shape=[2, 7, 3, 4])
case("reshape", "of_transposed", [N(2, 3, 7, 4)], lambda x, shape: x.transpose(1, 2).reshape(shape), shape=[2, 7, 12])
CASES[-1][4]["_transpose_first"] = [1, 2]
case("topk", "1d", [Distinct((50,))], torch.topk, k=10)
case("topk", "2d", [Distinct((4, 33))], torch.topk, k=5)
case("topk", "all", [Distinct((3, 7))], torch.topk, k=7)
case("topk", "1", [Distinct((2, 1000))], torch.topk, k=1)

case("composite", "mlp", [N(5, 7), N(13, 7), N(13), N(13), N(13), N(3, 13), N(3), Ids((5,), 3)], mlp_loss)
CASES[-1][4]["_formula"] = "cross_entropy(linear(layer_norm(gelu(linear(in0, in1, in2)), in3, in4, eps 1e-5), in5, in6), in7)"


def run(name, inputs, fn, args, tensors):
    g = torch.Generator().manual_seed(zlib.crc32(name.encode()))
    drawn = [spec.draw(g) for spec in inputs]
    leaves = []
    for i, (spec, x) in enumerate(zip(inputs, drawn)):
        tensors[f"{name}.in{i}"] = x
        wide = x.double() if x.is_floating_point() else x
        leaves.append(wide.requires_grad_(spec.grad))
    result = fn(*leaves, **{k: v for k, v in args.items() if not k.startswith("_")})
    outs = [result] if isinstance(result, torch.Tensor) else list(result)
    for i, out in enumerate(outs):
        key = f"{name}.out" if len(outs) == 1 else f"{name}.out{i}"
        tensors[key] = out.detach().float() if out.is_floating_point() else out
    dout = torch.randn(outs[0].shape, generator=g)
    tensors[f"{name}.dout"] = dout
    outs[0].backward(dout.double())
    for i, (spec, leaf) in enumerate(zip(inputs, leaves)):
        if spec.grad:
            assert torch.isfinite(leaf.grad).all(), name
            tensors[f"{name}.grad{i}"] = leaf.grad.float()
    return len(outs)


# ---- casts: in the stored dtypes, round to nearest, ties to even ----

SPECIALS = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, 1 / 3, -2 / 3,
            # f16: largest, last that rounds to it, first that rounds to infinity, beyond
            65504.0, 65519.996, 65520.0, -65520.0, 65536.0, 1e10,
            # f16: smallest normal, largest subnormal, the tie between them, smallest subnormal
            2.0**-14, 2.0**-14 - 2.0**-24, 2.0**-14 - 2.0**-25, 2.0**-24, -(2.0**-24),
            # f16: ties and neighbours of ties below the smallest subnormal, then nothing
            2.0**-25, 2.0**-25 * (1 + 2.0**-23), 2.0**-25 * (1 - 2.0**-24), 3 * 2.0**-25, 5 * 2.0**-25, 1e-30,
            # f16 ties at 11 bits: to even below, to even above, just off
            1 + 2.0**-11, 1 + 3 * 2.0**-11, 1 + 2.0**-11 + 2.0**-23, 1 + 2.0**-11 - 2.0**-23, 2049.0, 2051.0,
            # bf16 ties at 8 bits, a carry into the exponent
            1 + 2.0**-8, 1 + 3 * 2.0**-8, 1 + 2.0**-8 + 2.0**-23, 1 + 2.0**-8 - 2.0**-23, 2 - 2.0**-8, 257.0, 259.0,
            # bf16: largest f32 overflows, last that does not, bf16's largest
            3.4028234663852886e38, 3.3953138e38, 3.3961775e38, 3.3895313892515355e38, -3.4028234663852886e38,
            # f32 subnormals: bf16 subnormals, ties, to zero
            2.0**-127, 2.0**-133, 2.0**-134, 3 * 2.0**-134, 2.0**-149, -(2.0**-149), 1e-40]


def casts(tensors):
    g = torch.Generator().manual_seed(zlib.crc32(b"cast"))
    random = torch.randn(400, generator=g) * torch.exp2(torch.randint(-30, 20, (400,), generator=g))
    x = torch.cat((torch.tensor(SPECIALS, dtype=torch.float64).float(), random))
    for short, dtype in (("bf16", torch.bfloat16), ("f16", torch.float16)):
        y = x.to(dtype)
        tensors[f"cast_f32_{short}.in0"] = x.clone()
        tensors[f"cast_f32_{short}.out"] = y
        tensors[f"cast_{short}_f32.in0"] = y.clone()
        tensors[f"cast_{short}_f32.out"] = y.float()
    nan = torch.tensor([math.nan, 1.0, math.nan])
    for short, dtype in (("bf16", torch.bfloat16), ("f16", torch.float16)):
        tensors[f"cast_nan_f32_{short}.in0"] = nan.clone()
        tensors[f"cast_nan_f32_{short}.out"] = nan.to(dtype)


def main():
    tensors, table = {}, []
    for name, op, inputs, fn, args in CASES:
        assert name not in {row["name"] for row in table}, name
        outs = run(name, inputs, fn, args, tensors)
        table.append({
            "name": name,
            "op": op,
            "args": {k.lstrip("_"): v for k, v in args.items()},
            "inputs": len(inputs),
            "outputs": outs,
            "grads": [i for i, spec in enumerate(inputs) if spec.grad],
        })
    casts(tensors)
    OUT.mkdir(parents=True, exist_ok=True)
    save_file({k: v.contiguous() for k, v in tensors.items()}, OUT / "ops.safetensors")
    lines = ",\n".join("  " + json.dumps(row) for row in table)
    (OUT / "ops.json").write_text("[\n" + lines + "\n]\n")
    print(len(table), "cases,", (OUT / "ops.safetensors").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
