namespace MnistService.Model.Weights.PyTorch;

/// <summary>Reference in a pickle to a storage, which is an array of elements that one or more tensors use.</summary>
internal sealed record PickledStorage
{
    internal PickledStorage(string key, StoredType type, long count)
    {
        if (count is < 0 or > int.MaxValue)
            throw new ModelFormatException($"The storage {PickledText.Show(key)} has an invalid length of {count} elements; expected 0 to {int.MaxValue}. "
                + PickledText.SaveAgain);
        (Key, Type, Count) = (key, type, count);
    }

    internal string Key { get; }

    internal StoredType Type { get; }

    /// <summary>Number of elements in the storage.</summary>
    internal long Count { get; }

    /// <summary>Total size of the elements in the file, in bytes.</summary>
    internal long Bytes => Count * Type.Size();
}
