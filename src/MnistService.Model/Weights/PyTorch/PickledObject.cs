namespace MnistService.Model.Weights.PyTorch;

/// <summary>
/// An object in a pickle that the reader does not construct, or a Python class or function by its name: optimizer settings, NumPy numbers, a
/// <c>torch.device</c>. Nothing is called. A checkpoint may contain such objects beside the weights.
/// </summary>
/// <param name="Type">Full Python name of the class or the function, such as <c>argparse.Namespace</c>.</param>
internal sealed record PickledObject(string Type);
