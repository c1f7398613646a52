using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace MnistService.Model.Registry.Onnx;

/// <summary>
/// Writes protobuf messages with the wire types varint, length-delimited and fixed32. Fields with the value zero are also written, because proto2 readers
/// distinguish a missing field from zero. Format: https://protobuf.dev/programming-guides/encoding
/// </summary>
internal sealed class ProtobufWriter
{
    private const int Varint = 0, LengthDelimited = 2, Fixed32 = 5;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>The bytes that were written so far. The span is valid until the next write.</summary>
    internal ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    internal void Integer(int field, long value)
    {
        WriteTag(field, Varint);
        WriteVarint((ulong)value);
    }

    internal void Float(int field, float value)
    {
        WriteTag(field, Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(_bytes.GetSpan(sizeof(float)), value);
        _bytes.Advance(sizeof(float));
    }

    internal void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    internal void Bytes(int field, ReadOnlySpan<byte> value)
    {
        WriteTag(field, LengthDelimited);
        WriteVarint((ulong)value.Length);
        _bytes.Write(value);
    }

    /// <summary>Writes a nested message. The length must precede the content, so the content is first written to a separate buffer.</summary>
    internal void Message(int field, Action<ProtobufWriter> write)
    {
        var message = new ProtobufWriter();
        write(message);
        Bytes(field, message.Written);
    }

    private void WriteTag(int field, int wireType) => WriteVarint((ulong)(field << 3 | wireType));

    /// <summary>Writes a varint: seven bits per byte, lowest bits first. The eighth bit is set if more bytes follow.</summary>
    private void WriteVarint(ulong value)
    {
        for (; value > 0x7F; value >>= 7) WriteByte((byte)(value | 0x80));
        WriteByte((byte)value);
    }

    private void WriteByte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }
}
