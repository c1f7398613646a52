using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>View of one chunk in a PNG file. A chunk has four fields: length, type, data, and the CRC-32 of type and data.</summary>
internal readonly ref struct PngChunk
{
    private const int Overhead = 12;

    private PngChunk(ReadOnlySpan<byte> whole) => Whole = whole;

    /// <summary>The complete chunk, from the length field to the checksum.</summary>
    public ReadOnlySpan<byte> Whole { get; }

    public ReadOnlySpan<byte> Type => Whole[4..8];

    public ReadOnlySpan<byte> Data => Whole[8..^4];

    /// <summary>Whether a decoder must understand chunks of this type. PNG marks such types by an upper-case first letter.</summary>
    public bool IsCritical => (Type[0] & 0x20) == 0;

    public bool IsSound => BinaryPrimitives.ReadUInt32BigEndian(Whole[^4..]) == Crc32.HashToUInt32(Whole[4..^4]);

    /// <summary>Reads the chunk at an offset in the file.</summary>
    /// <exception cref="ImageException">
    /// The chunk is longer than the rest of the file, has an invalid type, or is a critical chunk with a wrong checksum.
    /// </exception>
    public static PngChunk Read(ReadOnlySpan<byte> file, int offset)
    {
        var rest = file[offset..];
        if (rest.Length < Overhead)
            throw new ImageException(ImageError.Unreadable, $"The PNG ends at byte {file.Length}, before its IEND chunk. Send the complete file.");
        var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        foreach (var letter in rest[4..8])
        {
            if (!char.IsAsciiLetter((char)letter))
            {
                throw new ImageException(
                    ImageError.Unreadable, $"The PNG has an invalid chunk type at byte {offset}: 0x{Convert.ToHexString(rest[4..8])}; expected four letters. "
                        + "Send the original file, or save the image again.");
            }
        }
        if (length > rest.Length - Overhead)
            throw new ImageException(ImageError.Unreadable,
                $"The PNG's {Encoding.ASCII.GetString(rest[4..8])} chunk at byte {offset} declares {length} bytes; only {rest.Length - Overhead} follow. "
                    + "Send the complete file.");
        var chunk = new PngChunk(rest[..(int)(length + Overhead)]);
        return !chunk.IsCritical || chunk.IsSound
            ? chunk
            : throw new ImageException(ImageError.Unreadable,
                $"The PNG's {Encoding.ASCII.GetString(chunk.Type)} chunk at byte {offset} is damaged: its data does not match its checksum (CRC-32). "
                    + "Send the original file, or save the image again.");
    }
}
