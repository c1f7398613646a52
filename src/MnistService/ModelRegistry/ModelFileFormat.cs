using MnistService.Model.Registry;
using MnistService.Model.Registry.Onnx;
using MnistService.Model.Weights;
using MnistService.Model.Weights.PyTorch;

namespace MnistService.ModelRegistry;

/// <summary>A file format that a stored model is converted to.</summary>
/// <param name="Extension">Of the file's name, with its dot.</param>
/// <param name="Convert">Makes the file; takes tens of milliseconds and several times the memory of the weights.</param>
internal sealed record ModelFileFormat(string Extension, Func<ModelCard, StateDict, byte[]> Convert)
{
    internal static readonly ModelFileFormat PyTorch = new(".pth", (_, weights) => PyTorchFile.Write(weights));

    internal static readonly ModelFileFormat Onnx = new(".onnx", OnnxFile.Write);
}
