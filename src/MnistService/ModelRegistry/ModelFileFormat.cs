using MnistService.Model.Registry;
using MnistService.Model.Registry.Onnx;
using MnistService.Model.Weights;
using MnistService.Model.Weights.PyTorch;

namespace MnistService.ModelRegistry;

/// <summary>A file format to which a stored model is converted for a download.</summary>
/// <param name="Extension">File name extension with its dot.</param>
/// <param name="Convert">Creates the content of the file. Takes tens of milliseconds, and allocates several times the size of the weights.</param>
internal sealed record ModelFileFormat(string Extension, Func<ModelCard, StateDict, byte[]> Convert)
{
    internal static readonly ModelFileFormat PyTorch = new(".pth", (_, weights) => PyTorchFile.Write(weights));

    internal static readonly ModelFileFormat Onnx = new(".onnx", OnnxFile.Write);
}
