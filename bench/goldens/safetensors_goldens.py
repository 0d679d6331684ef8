"""Goldens of the safetensors format, by its Python library (a binding of the reference in Rust).

Writes tensor/src/test/resources/goldens/safetensors/
  all_dtypes.safetensors   every type of the format, a scalar and an empty tensor
  weft_dtypes.safetensors  the types of Weft's DType alone: what SafeTensors.write must reproduce
  verdicts.txt             for each byte of the head of small.safetensors (length and header)
                           and each value of VALUES put there, whether the reference accepts the file:
                           one line a byte, one letter a value (A accepts, R refuses)
  truncations.txt          one letter for each length of a truncated small.safetensors
  small.safetensors        two tensors and one metadata key
"""

from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save, save_file
import tempfile
import os

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "tensor/src/test/resources/goldens/safetensors"
VALUES = [0x00, 0x09, 0x20, 0x22, 0x2C, 0x2D, 0x30, 0x31, 0x38, 0x39, 0x3A, 0x41, 0x5B, 0x5C, 0x5D]
VALUES += [0x61, 0x65, 0x73, 0x7B, 0x7D, 0x80, 0xC3, 0xFF]

torch.manual_seed(2)

WEFT = {
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}
OTHERS = {
    "U64": torch.uint64,
    "F64": torch.float64,
    "C64": torch.complex64,
    "U32": torch.uint32,
    "U16": torch.uint16,
    "I16": torch.int16,
    "I8": torch.int8,
    "F8_E5M2": torch.float8_e5m2,
    "F8_E4M3": torch.float8_e4m3fn,
    "F8_E8M0": torch.float8_e8m0fnu,
    "F8_E4M3FNUZ": torch.float8_e4m3fnuz,
    "F8_E5M2FNUZ": torch.float8_e5m2fnuz,
}


def tensor(dtype, *shape):
    values = torch.randint(0, 2 if dtype == torch.bool else 100, shape)
    if dtype in (torch.float32, torch.float64):
        values = values / 7
    return values.to(dtype)


def tensors(dtypes):
    out = {}
    for i, (name, dtype) in enumerate(dtypes.items()):
        out[f"{name.lower()}.weight"] = tensor(dtype, 2, 3 + i)
        out[f"a.{name.lower()}.scalar"] = tensor(dtype)
        out[f"z.{name.lower()}.empty"] = tensor(dtype, 0, 5)
    return out


def accepts(data: bytes, path: str) -> bool:
    with open(path, "wb") as file:
        file.write(data)
    try:
        with safe_open(path, framework="np") as file:
            file.keys()
        return True
    except Exception:
        return False


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    weft = tensors(WEFT)
    weft['quote " slash \\ tab \t bell \x07 ünïcode 🎈'] = torch.tensor([1.5])
    weft["high \uffee"] = torch.tensor([2.5])
    save_file(weft, OUT / "weft_dtypes.safetensors", metadata={"format": "pt"})
    save_file(tensors(WEFT | OTHERS), OUT / "all_dtypes.safetensors")

    small = save(
        {"a": torch.tensor([[1, 2], [3, 4]], dtype=torch.int32), "bc": tensor(torch.uint8, 5)},
        metadata={"k": "v"},
    )
    (OUT / "small.safetensors").write_bytes(small)
    head = 8 + int.from_bytes(small[:8], "little")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x.safetensors")
        lines = []
        for at in range(head):
            line = ""
            for value in VALUES:
                line += "A" if accepts(small[:at] + bytes([value]) + small[at + 1 :], path) else "R"
            lines.append(line)
        values = " ".join(f"{value:02x}" for value in VALUES)
        (OUT / "verdicts.txt").write_text(values + "\n" + "\n".join(lines) + "\n")
        cut = "".join("A" if accepts(small[:n], path) else "R" for n in range(len(small) + 1))
        (OUT / "truncations.txt").write_text(cut + "\n")


if __name__ == "__main__":
    main()
