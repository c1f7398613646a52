namespace MnistService.Model.Weights.PyTorch;

/// <summary>
/// An object in a pickle that the reader does not construct, or a Python class or function by its name: optimizer settings, NumPy numbers, a
/// <c>torch.device</c>. Nothing is called. A checkpoint may contain such objects beside the weights.
/// </summary>
/// <param name="Type">Full Python name of the class or the function, such as <c>argparse.Namespace</c>.</param>
internal sealed record PickledObject(string Type)
{
    /// <summary>Whether it is a network: a class of <c>torch.nn</c>, of TorchScript or of the training script.</summary>
    internal bool IsNetwork => IsKnownNetwork || Type.StartsWith("__main__.", StringComparison.Ordinal);

    /// <summary>Whether it is a class of <c>torch.nn</c> or of TorchScript.</summary>
    internal bool IsKnownNetwork => Type.StartsWith("torch.nn.", StringComparison.Ordinal) || Type.StartsWith("__torch__", StringComparison.Ordinal);

    /// <summary>Whether it is a plain value: bytes, a set, or a number or array of NumPy.</summary>
    internal bool IsPlain => Type.StartsWith("numpy.", StringComparison.Ordinal) || !Type.Contains('.', StringComparison.Ordinal);
}
