using System.Buffers.Binary;

namespace MnistService.Datasets.LabelChecks;

/// <summary>
/// A label that differs from the confidently predicted digit, without its image. <see cref="Pack"/> writes ten bytes per entry, little-endian: index of the
/// image (4 bytes), label (1 byte), predicted digit (1 byte), confidence (4 bytes).
/// </summary>
/// <remarks>
/// The packed entries are stored in a database column instead of a file. The column is written and deleted with the row of the data set, so no orphaned file
/// can remain.
/// </remarks>
internal readonly record struct SuspiciousEntry(int Index, byte Label, byte Predicted, float Confidence)
{
    private const int Size = 10, LabelOffset = 4, PredictedOffset = 5, ConfidenceOffset = 6;

    internal static byte[] Pack(IReadOnlyList<SuspiciousEntry> entries)
    {
        var packed = new byte[entries.Count * Size];
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = packed.AsSpan(i * Size, Size);
            BinaryPrimitives.WriteInt32LittleEndian(entry, entries[i].Index);
            (entry[LabelOffset], entry[PredictedOffset]) = (entries[i].Label, entries[i].Predicted);
            BinaryPrimitives.WriteSingleLittleEndian(entry[ConfidenceOffset..], entries[i].Confidence);
        }
        return packed;
    }

    internal static SuspiciousEntry[] Unpack(ReadOnlySpan<byte> packed)
    {
        var entries = new SuspiciousEntry[packed.Length / Size];
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = packed.Slice(i * Size, Size);
            entries[i] = new(BinaryPrimitives.ReadInt32LittleEndian(entry), entry[LabelOffset], entry[PredictedOffset],
                BinaryPrimitives.ReadSingleLittleEndian(entry[ConfidenceOffset..]));
        }
        return entries;
    }
}
