"""Writes the files in fixtures/ that PyTorchFileTests reads, with the PyTorch that is installed.

    python3 make_fixtures.py

The committed ones are by PyTorch 1.13. No file runs anything unless a pickle's names are called.
"""
import argparse
import collections
import os
import pathlib

import numpy
import torch

FOLDER = pathlib.Path(__file__).parent / "fixtures"


def state():
    """Tiny tensors whose values are exact in every type; the tests name the same formulas."""
    return collections.OrderedDict([
        ("features.0.weight", torch.arange(18, dtype=torch.float32).reshape(2, 1, 3, 3) / 8 - 1),
        ("features.0.bias", torch.tensor([0.5, -0.25])),
        ("features.2.running_var", torch.tensor([1.0, 1.5])),
        ("features.2.num_batches_tracked", torch.tensor(42)),
    ])


class Evil:
    def __reduce__(self):
        return os.system, ("touch a-pickle-ran-code",)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.classify = torch.nn.Linear(2, 3)


def save(name, value, **how):
    torch.save(value, FOLDER / f"{name}.pth", **how)


def main():
    FOLDER.mkdir(exist_ok=True)
    legacy = {"_use_new_zipfile_serialization": False}
    save("zip", state())
    save("legacy", state(), **legacy)
    save("zip-protocol-4", state(), pickle_protocol=4)
    save("legacy-protocol-4", state(), pickle_protocol=4, **legacy)

    net = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))
    save("module", net.state_dict())  # with _metadata
    save("whole-model", net)
    save("whole-model-legacy", torch.nn.Flatten(), **legacy)  # the legacy format adds the classes' source: a short one
    save("whole-model-own-class", Net())

    values = torch.arange(6, dtype=torch.float64).reshape(2, 3) / 4 - 0.5
    types = {
        "double": values, "half": values.half(), "bfloat16": values.bfloat16(),
        "int": torch.tensor([-3, 7], dtype=torch.int32), "short": torch.tensor([-3, 7], dtype=torch.int16),
        "char": torch.tensor([-3, 7], dtype=torch.int8), "byte": torch.tensor([3, 250], dtype=torch.uint8),
    }
    save("types", types)
    save("types-legacy", types, **legacy)

    whole = torch.arange(24, dtype=torch.float32)
    layouts = {
        "transposed": whole[:6].reshape(2, 3).t(),
        "sliced": whole.reshape(4, 6)[1:3, 2:5],
        "expanded": torch.tensor([[1.0], [2.0]]).expand(2, 3),
        "channels_last": whole.reshape(1, 2, 3, 4).contiguous(memory_format=torch.channels_last),
        "stepped": torch.arange(10)[1::3],
        "empty": torch.zeros(0, 5),
        "transposed_half": whole[:6].half().reshape(2, 3).t(),
    }
    save("layouts", layouts)
    save("layouts-legacy", layouts, **legacy)

    parallel = {"module." + name: torch.nn.Parameter(value) if value.is_floating_point() else value for name, value in state().items()}
    optimizer = torch.optim.AdamW([value for value in parallel.values() if value.requires_grad])
    for name in ("state_dict", "model_state_dict", "model"):
        save(f"nested-{name}", {"epoch": 3, "best": 0.99, name: parallel, "optimizer": optimizer.state_dict(), "args": ["--lr", None, (1, True)]})
    save("nested-legacy", {"epoch": 3, "state_dict": parallel}, **legacy)

    objects = {
        "epoch": numpy.int64(3), "best": numpy.float64(0.99), "history": numpy.arange(3.0), "args": argparse.Namespace(lr=0.1, layers=[1, 2]),
        "device": torch.device("cpu"), "size": torch.Size([1, 28, 28]), "dtype": torch.float16, "classes": {"a", "b"}, "frozen": frozenset((1, 2)),
        "bytes": b"abc", "counts": collections.Counter("aab"), "by_epoch": collections.defaultdict(list, {1: [0.5]}), "path": pathlib.PurePosixPath("a/b"),
        "function": torch.relu, "mask": torch.tensor([True, False]), "random": torch.get_rng_state()[:8].clone(), "large": 1 << 2100, "complex": 1 + 2j,
        "slice": slice(1, 2), "version": torch.torch_version.TorchVersion("1.13"),
    }
    save("objects", {**objects, "state_dict": state()})
    save("objects-legacy", {**objects, "state_dict": state()}, **legacy)
    save("objects-protocol-4", {**objects, "state_dict": state()}, pickle_protocol=4)
    save("objects-flat", {**state(), **{name: value for name, value in objects.items() if not isinstance(value, torch.Tensor)}})
    save("objects-deep", (3, [{"best": {"weights": state(), "mask": objects["mask"]}, "args": objects["args"]}]))

    quantized = torch.quantize_per_tensor(torch.ones(4), 0.5, 0, torch.qint8)
    save("other-types-beside", {"complex": torch.tensor([1 + 2j]), "quantized": quantized, "state_dict": state()})
    annotated = state()
    for value in annotated.values():
        value.note = "a Python attribute"
    save("subclass", annotated)
    save("two-dictionaries", {"average": {f"average.{i}": torch.zeros(1) for i in range(6)}, "net": state()})
    save("model-and-numbers", {"best": numpy.float64(0.99), "net": net, "state": {0: {"step": torch.tensor(1.0), "average": torch.zeros(2)}}})

    save("evil", Evil())
    save("evil-legacy", Evil(), **legacy)
    save("evil-beside", {"state_dict": state(), "b": Evil()})
    save("not-tensors", {"epoch": 3, "history": [0.5]})
    save("tensor", torch.zeros(2))
    save("complex", {"a": torch.tensor([1 + 2j])})
    save("complex-legacy", {"a": torch.tensor([1 + 2j])}, **legacy)


if __name__ == "__main__":
    main()
