"""What real PyTorch makes of this service's files, for RealPyTorchTests.

    python3 compare_with_pytorch.py FOLDER

Reads in FOLDER  ours.pth, ours.safetensors (a CNN of the service's), pictures.f32 (N standardised pictures of 784 float32).
Writes           logits.f32 (N x 10), and a fresh CNN of PyTorch's as theirs.pth, theirs-legacy.pth and theirs.safetensors.
"""
import collections
import json
import pathlib
import struct
import sys

import torch
from torch import nn

FOLDER = pathlib.Path(sys.argv[1])
DTYPES = {"F32": torch.float32, "I64": torch.int64}


class Cnn(nn.Module):
    """DigitCnn.cs, layer by layer."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(16), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(32), nn.MaxPool2d(2))
        self.classify = nn.Sequential(nn.Linear(32 * 7 * 7, 256), nn.ReLU(), nn.BatchNorm1d(256), nn.Linear(256, 10))

    def forward(self, pictures):
        return self.classify(self.features(pictures).flatten(1))


def read_safetensors(path):
    file = path.read_bytes()
    (length,) = struct.unpack("<Q", file[:8])
    header = json.loads(file[8:8 + length])
    header.pop("__metadata__", None)
    tensors = collections.OrderedDict()
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = torch.frombuffer(bytearray(file[start:end]), dtype=DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors


def write_safetensors(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        elements = tensor.contiguous().numpy().tobytes()
        dtype = next(key for key, value in DTYPES.items() if value == tensor.dtype)
        header[name] = {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(elements)]}
        data += elements
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def main():
    ours = torch.load(FOLDER / "ours.pth")
    assert type(ours) is collections.OrderedDict, type(ours)
    same = read_safetensors(FOLDER / "ours.safetensors")
    for other in (torch.load(FOLDER / "ours.pth", weights_only=True), same):
        assert list(other) == list(ours), list(other)
        for name, tensor in ours.items():
            assert tensor.dtype == other[name].dtype and tensor.is_contiguous() and torch.equal(tensor, other[name]), name

    network = Cnn()
    network.load_state_dict(ours)  # strict: every name and shape
    network.eval()
    pictures = torch.frombuffer(bytearray((FOLDER / "pictures.f32").read_bytes()), dtype=torch.float32).reshape(-1, 1, 28, 28)
    with torch.no_grad():
        (FOLDER / "logits.f32").write_bytes(network(pictures).numpy().tobytes())

    torch.manual_seed(7)
    theirs = Cnn()
    theirs(torch.randn(16, 1, 28, 28))  # moves the statistics away from zeros and ones
    torch.save(theirs.state_dict(), FOLDER / "theirs.pth")
    torch.save(theirs.state_dict(), FOLDER / "theirs-legacy.pth", _use_new_zipfile_serialization=False)
    write_safetensors(FOLDER / "theirs.safetensors", theirs.state_dict())
    print(f"PyTorch {torch.__version__}")


if __name__ == "__main__":
    main()
