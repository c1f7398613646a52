using System.Buffers.Binary;
using System.IO.Hashing;

namespace MnistService.Fuzz.Repair;

/// <summary>Corrects the checksums of a mutated PNG, so that fuzzing reaches the code after the checksum check.</summary>
internal static class PngChecksums
{
    private const int Signature = 8;

    /// <returns>A corrected copy; null if all checksums are correct, or the input is not a PNG.</returns>
    internal static byte[]? Repair(byte[] input)
    {
        if (input is not [0x89, (byte)'P', (byte)'N', (byte)'G', ..]) return null;
        var png = (byte[])input.Clone();
        var changed = false;
        for (var at = Signature; at + 12 <= png.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at));
            if (length > png.Length - at - 12) break;
            var end = at + 8 + (int)length;
            var right = Crc32.HashToUInt32(png.AsSpan(at + 4, (int)length + 4));
            changed |= BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(end)) != right;
            BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(end), right);
            at = end + 4;
        }
        return changed ? png : null;
    }
}
