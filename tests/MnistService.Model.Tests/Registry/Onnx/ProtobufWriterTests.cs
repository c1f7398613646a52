using MnistService.Model.Registry.Onnx;

namespace MnistService.Model.Tests.Registry.Onnx;

/// <summary>The expected bytes are from the documentation of the encoding: https://protobuf.dev/programming-guides/encoding</summary>
public sealed class ProtobufWriterTests
{
    [Theory]
    [InlineData(1, 150, "089601")]
    [InlineData(1, 0, "0800")]
    [InlineData(1, 127, "087F")]
    [InlineData(1, 128, "088001")]
    [InlineData(20, 7, "A00107")]
    [InlineData(1, -1, "08FFFFFFFFFFFFFFFFFF01")]
    public void Integers_are_varints(int field, long value, string expected) => AssertWritten(expected, w => w.Integer(field, value));

    [Fact]
    public void Text_is_UTF8_with_its_length_in_bytes()
    {
        AssertWritten("120774657374696E67", w => w.Text(2, "testing"));
        AssertWritten("1202C3B6", w => w.Text(2, "ö"));
    }

    [Fact]
    public void Floats_are_four_bytes_little_endian() => AssertWritten("150000803F", w => w.Float(2, 1));

    [Fact]
    public void A_message_within_another_has_its_length_before_it() => AssertWritten("1A03089601", w => w.Message(3, inner => inner.Integer(1, 150)));

    private static void AssertWritten(string expected, Action<ProtobufWriter> write)
    {
        var writer = new ProtobufWriter();
        write(writer);
        Assert.Equal(expected, Convert.ToHexString(writer.Written));
    }
}
