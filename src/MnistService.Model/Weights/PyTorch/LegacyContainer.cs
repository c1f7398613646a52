using System.Buffers.Binary;
using System.Numerics;

namespace MnistService.Model.Weights.PyTorch;

/// <summary>
/// Reads the format of PyTorch before 1.6, which later versions write with <c>_use_new_zipfile_serialization=False</c>. A file starts with five pickles: magic
/// number, protocol version, properties of the machine, saved object, and list of storage keys. The storages follow in the order of the keys. Each storage
/// starts with the number of elements (8 bytes); the elements follow.
/// </summary>
internal sealed class LegacyContainer : IPyTorchContainer
{
    private const long ProtocolVersion = 1001;

    private static readonly BigInteger MagicNumber = BigInteger.Parse("119547037146038801333356", System.Globalization.CultureInfo.InvariantCulture);

    private readonly Dictionary<string, ReadOnlyMemory<byte>> _elements = new(StringComparer.Ordinal);

    internal LegacyContainer(ReadOnlyMemory<byte> file)
    {
        var input = new PickleBytes(file);
        var first = PickleMachine.Run(input);
        if (first is not BigInteger magic || magic != MagicNumber)
            throw new ModelFormatException($"The file starts with {PickledText.Show(first)}; expected PyTorch's magic number {MagicNumber}. "
                + "Save the file again with torch.save.");
        var version = PickleMachine.Run(input);
        if (version is not ProtocolVersion)
            throw new ModelFormatException($"The file has the version {PickledText.Show(version)} of the torch.save protocol; expected {ProtocolVersion}. "
                + "Save the file again with torch.save.");
        if (PickleMachine.Run(input) is not PickledDictionary machine || machine.Find("little_endian") is not true)
            throw new ModelFormatException("The file does not declare little_endian = True; big-endian files are not supported. "
                + "Save the file on a little-endian machine, such as x86 or ARM.");
        var storages = new Dictionary<string, PickledStorage>(StringComparer.Ordinal);
        Root = PickleMachine.Run(input, storages);
        var listed = PickleMachine.Run(input);
        if (listed is not List<object?> keys) throw new ModelFormatException($"The file is damaged: {PickledText.Describe(listed)} follows the state dict; "
            + $"expected the list of the file's storages. {PickledText.SaveAgain}");
        foreach (var key in keys)
        {
            if (key is not string name || !storages.TryGetValue(name, out var storage))
                throw new ModelFormatException($"The file is damaged: it lists the storage {PickledText.Show(key)}, which no tensor uses. "
                    + PickledText.SaveAgain);
            var count = BinaryPrimitives.ReadInt64LittleEndian(input.Take(8).Span);
            if (count != storage.Count)
                throw new ModelFormatException($"The storage {PickledText.Show(name)} has {count} elements; expected {storage.Count}, as its tensor declares. "
                    + PickledText.SaveAgain);
            _elements[name] = input.Take(storage.Bytes);
        }
    }

    public object? Root { get; }

    /// <summary>Returns whether the file starts with a pickle, and the first 32 bytes contain PyTorch's magic number 0x1950a86a20f9469cfc6c.</summary>
    internal static bool IsLegacy(ReadOnlySpan<byte> file) =>
        file is [(byte)PickleOp.Protocol, ..] && file[..Math.Min(file.Length, 32)].IndexOf((ReadOnlySpan<byte>)
            [(byte)PickleOp.Long1, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]) >= 0;

    public ReadOnlyMemory<byte> Elements(PickledStorage storage) =>
        _elements.TryGetValue(storage.Key, out var elements) ? elements
            : throw new ModelFormatException($"The file is damaged: it does not contain the storage {PickledText.Show(storage.Key)}, which a tensor uses. "
                + PickledText.SaveAgain);

    public void Dispose() { }
}
