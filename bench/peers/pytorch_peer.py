"""PyTorch as a peer of `weft bench`: a request a line of JSON on stdin, an answer a line on stdout.

  {"do": "version"}                                       -> {"version": ...}
  {"do": "prepare", "work": ..., "batch": B, "length": T, "threads": N}   -> {}
  {"do": "run"}                                           -> {"seconds": ...}

`run` repeats the prepared work once and times it here, so that the pipe is not in the number. The work is
what users of PyTorch run: transformers' models in f32 with their default attention, PEFT, torch.optim.AdamW.
Weights are random (speed does not depend on them). An answer with "error" ends nothing.
"""

import json
import sys
import time

import torch


def version():
    build = torch.__config__.show()
    blas = "MKL" if torch.backends.mkl.is_available() else "OpenBLAS" if "openblas" in build.lower() else "own"
    return f"{torch.__version__}, {blas} BLAS, {torch.backends.cpu.get_cpu_capability()}"


def tokens(batch, length, vocabulary):
    generator = torch.Generator().manual_seed(1)
    return torch.randint(1000, min(30_000, vocabulary), (batch, length), generator=generator)


def bert_base(dropout):
    from transformers import BertConfig, BertModel

    config = BertConfig(hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout)
    return BertModel(config, add_pooling_layer=False)


def forward(model, ids):
    model.eval()

    def run():
        with torch.inference_mode():
            model(input_ids=ids)

    return run


def lora_step(ids):
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(r=16, lora_alpha=32, lora_dropout=0.1, target_modules=["query", "value"])
    model = get_peft_model(bert_base(0.1), config)
    model.train()
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-4)
    labels = torch.zeros(len(ids), dtype=torch.long)

    def run():
        optimizer.zero_grad(set_to_none=False)
        first = model(input_ids=ids).last_hidden_state[:, 0]
        torch.nn.functional.cross_entropy(first, labels).backward()
        optimizer.step()

    return run


def prepare(request):
    torch.set_num_threads(request["threads"])
    torch.manual_seed(1)
    batch, length, work = request["batch"], request["length"], request["work"]
    if work == "bert-base":
        model = bert_base(0.0)
        return forward(model, tokens(batch, length, model.config.vocab_size))
    if work == "opt-125m":
        from transformers import OPTConfig, OPTModel

        model = OPTModel(OPTConfig(use_cache=False))  # the defaults are those of opt-125m
        return forward(model, tokens(batch, length, model.config.vocab_size))
    if work == "lora-step":
        return lora_step(tokens(batch, length, 30_000))
    raise ValueError(f"no work is called {work}")


def main():
    work = None
    for line in sys.stdin:
        try:
            request = json.loads(line)
            if request["do"] == "version":
                answer = {"version": version()}
            elif request["do"] == "prepare":
                work = prepare(request)
                answer = {}
            elif request["do"] == "run":
                start = time.perf_counter()
                work()
                answer = {"seconds": time.perf_counter() - start}
            else:
                raise ValueError(f"cannot do {request['do']}")
        except Exception as error:  # whatever it is, the other side is told
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
