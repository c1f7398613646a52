namespace MnistService.Inference;

/// <summary>Implementation of the network's forward pass.</summary>
internal enum InferenceEngine
{
    /// <summary>The service's own forward pass on the CPU, TorchSharp on a GPU.</summary>
    Auto,

    /// <summary>TorchSharp, also on the CPU.</summary>
    Torch,
}
