namespace MnistService.Model.Weights.PyTorch;

/// <summary>
/// Placeholder for a Python object, class or function in a pickle that the reader does not support. A checkpoint may contain such objects beside the weights,
/// for example optimizer settings, NumPy numbers or a <c>torch.device</c>.
/// </summary>
/// <param name="Type">Full Python name of the class or of the function, such as <c>argparse.Namespace</c>.</param>
internal sealed record PickledObject(string Type)
{
    /// <summary>Whether this is probably a network: a class of <c>torch.nn</c>, of TorchScript or of the training script.</summary>
    internal bool IsNetwork => IsKnownNetwork || Type.StartsWith("__main__.", StringComparison.Ordinal);

    /// <summary>Whether this is a class of <c>torch.nn</c> or of TorchScript.</summary>
    internal bool IsKnownNetwork => Type.StartsWith("torch.nn.", StringComparison.Ordinal) || Type.StartsWith("__torch__", StringComparison.Ordinal);

    /// <summary>Whether this is a plain value: bytes, a set, or a number or array of NumPy.</summary>
    internal bool IsPlain => Type.StartsWith("numpy.", StringComparison.Ordinal) || !Type.Contains('.', StringComparison.Ordinal);
}
