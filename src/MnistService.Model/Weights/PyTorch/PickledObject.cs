namespace MnistService.Model.Weights.PyTorch;

/// <summary>
/// Placeholder for an object, class or function in a pickle that the PyTorch reader does not support. A checkpoint may contain such objects beside the weights,
/// for example optimizer settings, NumPy numbers or a <c>torch.device</c>.
/// </summary>
/// <param name="Type">Full Python name of the class or of the function, such as <c>argparse.Namespace</c>.</param>
internal sealed record PickledObject(string Type)
{
    /// <summary>Whether the object is probably a network: its class belongs to <c>torch.nn</c>, to TorchScript or to the training script.</summary>
    internal bool IsNetwork => IsKnownNetwork || Type.StartsWith("__main__.", StringComparison.Ordinal);

    /// <summary>Whether the class of the object belongs to <c>torch.nn</c> or to TorchScript.</summary>
    internal bool IsKnownNetwork => Type.StartsWith("torch.nn.", StringComparison.Ordinal) || Type.StartsWith("__torch__", StringComparison.Ordinal);

    /// <summary>Whether the object is a plain value: bytes, a set, a NumPy number or a NumPy array.</summary>
    internal bool IsPlain => Type.StartsWith("numpy.", StringComparison.Ordinal) || !Type.Contains('.', StringComparison.Ordinal);
}
