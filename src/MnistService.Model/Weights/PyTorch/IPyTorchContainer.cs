namespace MnistService.Model.Weights.PyTorch;

/// <summary>Container of a PyTorch file: the object tree of its pickle and the tensors' elements.</summary>
internal interface IPyTorchContainer : IDisposable
{
    /// <summary>Root object of the pickle; see <see cref="PickleMachine"/> for its types.</summary>
    object? Root { get; }

    /// <summary>Returns the elements of a storage: at least <see cref="PickledStorage.Bytes"/> bytes.</summary>
    /// <exception cref="ModelFormatException">The file does not contain the storage, or its length is wrong.</exception>
    ReadOnlyMemory<byte> Elements(PickledStorage storage);
}
