namespace MnistService.Model.Weights.PyTorch;

/// <summary>Gives access to the content of a PyTorch file: the object tree of the pickle, and the elements of the tensors.</summary>
internal interface IPyTorchContainer : IDisposable
{
    /// <summary>Root object of the pickle. For a state dict, the root is a <see cref="PickledDictionary"/> whose values are tensors.</summary>
    object? Root { get; }

    /// <summary>Returns the elements of a storage: exactly <see cref="PickledStorage.Bytes"/> bytes, little-endian.</summary>
    /// <exception cref="ModelFormatException">
    /// The file does not contain the storage, or the storage has a different length in the file than in the pickle.
    /// </exception>
    ReadOnlyMemory<byte> Elements(PickledStorage storage);
}
