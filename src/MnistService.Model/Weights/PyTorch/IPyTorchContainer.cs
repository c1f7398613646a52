namespace MnistService.Model.Weights.PyTorch;

/// <summary>A file's pickle and the elements beside it.</summary>
internal interface IPyTorchContainer : IDisposable
{
    /// <summary>What the pickle built.</summary>
    object? Root { get; }

    /// <summary>A storage's elements, at least as many bytes as it has by its pickle.</summary>
    /// <exception cref="ModelFormatException">They are not in the file.</exception>
    ReadOnlyMemory<byte> Elements(PickledStorage storage);
}
