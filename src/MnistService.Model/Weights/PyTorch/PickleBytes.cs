using System.Buffers.Binary;
using System.Text;

namespace MnistService.Model.Weights.PyTorch;

/// <summary>Reads forward through bytes; whatever lies beyond their end is refused.</summary>
internal sealed class PickleBytes(ReadOnlyMemory<byte> bytes)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Bytes already read.</summary>
    internal int Position { get; private set; }

    internal ReadOnlyMemory<byte> Take(long count)
    {
        if (count < 0 || count > bytes.Length - Position)
            throw new ModelFormatException($"The file ends early: {count} bytes are expected at byte {Position} of {bytes.Length}.");
        Position += (int)count;
        return bytes.Slice(Position - (int)count, (int)count);
    }

    internal byte Byte() => Take(1).Span[0];

    internal ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2).Span);

    internal int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4).Span);

    internal uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4).Span);

    internal long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8).Span);

    /// <summary>Pickle's only big-endian number.</summary>
    internal double BigEndianDouble() => BinaryPrimitives.ReadDoubleBigEndian(Take(8).Span);

    /// <summary>Text of a length in bytes.</summary>
    internal string Text(long length)
    {
        var start = Position;
        try
        {
            return StrictUtf8.GetString(Take(length).Span);
        }
        catch (DecoderFallbackException e)
        {
            throw new ModelFormatException($"The text at byte {start} is not UTF-8.", e);
        }
    }

    /// <summary>Text up to a line feed, which is read as well.</summary>
    internal string Line()
    {
        var length = bytes.Span[Position..].IndexOf((byte)'\n');
        if (length < 0) throw new ModelFormatException($"The file ends early: a line is expected at byte {Position} of {bytes.Length}.");
        var line = Text(length);
        Position++;
        return line;
    }
}
