namespace MnistService.Inference;

/// <summary>What computes predictions.</summary>
internal enum InferenceEngine
{
    /// <summary>The service's own forward pass on the CPU, TorchSharp on a GPU.</summary>
    Auto,

    /// <summary>TorchSharp, also on the CPU.</summary>
    Torch,
}
