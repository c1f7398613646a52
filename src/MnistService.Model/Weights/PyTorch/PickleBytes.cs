using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace MnistService.Model.Weights.PyTorch;

/// <summary>Forward-only reader over the bytes of a pickle. An attempt to read past the end throws <see cref="ModelFormatException"/>.</summary>
internal sealed class PickleBytes(ReadOnlyMemory<byte> bytes)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Number of bytes read so far.</summary>
    internal int Position { get; private set; }

    internal ReadOnlyMemory<byte> Take(long count)
    {
        if (count < 0 || count > bytes.Length - Position)
            throw new ModelFormatException($"The pickle data ends too early: {count} bytes are expected at byte {Position} of {bytes.Length}. "
                + PickledText.SaveAgain);
        Position += (int)count;
        return bytes.Slice(Position - (int)count, (int)count);
    }

    internal byte Byte() => Take(1).Span[0];

    internal ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2).Span);

    internal int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4).Span);

    internal uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4).Span);

    internal long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8).Span);

    /// <summary>Reads a 64-bit float, the only big-endian number in a pickle.</summary>
    internal double BigEndianDouble() => BinaryPrimitives.ReadDoubleBigEndian(Take(8).Span);

    /// <summary>Reads UTF-8 text. Throws <see cref="ModelFormatException"/> if the bytes are not UTF-8.</summary>
    /// <param name="length">Length in bytes.</param>
    internal string Text(long length)
    {
        var start = Position;
        try
        {
            return StrictUtf8.GetString(Take(length).Span);
        }
        catch (DecoderFallbackException e)
        {
            throw new ModelFormatException($"The pickle data is damaged: the text of {length} bytes at byte {start} is not UTF-8. {PickledText.SaveAgain}", e);
        }
    }

    /// <summary>Reads UTF-8 text; <c>null</c> if the bytes are not UTF-8.</summary>
    /// <param name="length">Length in bytes.</param>
    internal string? TextOrNull(long length)
    {
        var bytes = Take(length).Span;
        return Utf8.IsValid(bytes) ? StrictUtf8.GetString(bytes) : null;
    }

    /// <summary>Reads UTF-8 text up to the next line feed, and skips the line feed.</summary>
    internal string Line()
    {
        var length = bytes.Span[Position..].IndexOf((byte)'\n');
        if (length < 0)
            throw new ModelFormatException($"The pickle data ends too early: there is no line feed after byte {Position} of {bytes.Length}. "
                + PickledText.SaveAgain);
        var line = Text(length);
        Position++;
        return line;
    }
}
