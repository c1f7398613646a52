using MnistService.Model.Registry;
using MnistService.Model.Registry.Onnx;
using MnistService.Model.Weights;
using MnistService.Model.Weights.PyTorch;

namespace MnistService.ModelRegistry;

/// <summary>A file format that stored models are converted to.</summary>
/// <param name="Extension">File name extension with its dot.</param>
/// <param name="Convert">Creates the file content. Takes tens of milliseconds and several times the memory of the weights.</param>
internal sealed record ModelFileFormat(string Extension, Func<ModelCard, StateDict, byte[]> Convert)
{
    internal static readonly ModelFileFormat PyTorch = new(".pth", (_, weights) => PyTorchFile.Write(weights));

    internal static readonly ModelFileFormat Onnx = new(".onnx", OnnxFile.Write);
}
