namespace MnistService.Model.Weights.PyTorch;

/// <summary>Elements that tensors share, as a pickle mentions them.</summary>
internal sealed record PickledStorage
{
    internal PickledStorage(string key, StoredType type, long count)
    {
        if (count is < 0 or > int.MaxValue) throw new ModelFormatException($"The storage {PickledText.Show(key)} has an impossible length, {count}.");
        (Key, Type, Count) = (key, type, count);
    }

    internal string Key { get; }

    internal StoredType Type { get; }

    /// <summary>Elements.</summary>
    internal long Count { get; }

    /// <summary>Bytes that they take in the file.</summary>
    internal long Bytes => Count * Type.Size();
}
