using System.Text;
using MnistService.Model.Weights;

namespace MnistService.Model.Tests.Weights;

public sealed class SafetensorsTests
{
    private static readonly StateDict State = new(
    [
        new StateTensor("a.weight", StateType.F32, [2, 3], new byte[24]),
        new StateTensor("a.count", StateType.I64, [], BitConverter.GetBytes(42L)),
    ]);

    [Fact]
    public void What_is_written_is_read_back()
    {
        var read = Safetensors.Read(Safetensors.Write(State));
        Assert.Equal(["a.weight", "a.count"], read.Tensors.Select(t => t.Name));
        Assert.Equal([2L, 3L], read["a.weight"].Shape);
        Assert.Equal(BitConverter.GetBytes(42L), read["a.count"].Bytes.ToArray());
    }

    [Fact]
    public void The_elements_start_at_a_multiple_of_eight()
    {
        var file = Safetensors.Write(State);
        Assert.Equal(0, BitConverter.ToInt64(file) % 8);
        Assert.Equal(8 + BitConverter.ToInt64(file) + 24 + 8, file.Length);
    }

    [Theory]
    [InlineData("F16", "003800B4", new[] { 0.5f, -0.25f })]
    [InlineData("BF16", "003F80BE", new[] { 0.5f, -0.25f })]
    [InlineData("F64", "000000000000E03F000000000000D0BF", new[] { 0.5f, -0.25f })]
    [InlineData("F32", "0000003F000080BE", new[] { 0.5f, -0.25f })]
    public void Every_floating_point_type_becomes_float32(string type, string elements, float[] expected)
    {
        var bytes = Convert.FromHexString(elements);
        var tensor = Safetensors.Read(File($$"""{"a":{"dtype":"{{type}}","shape":[2],"data_offsets":[0,{{bytes.Length}}]} }""", bytes))["a"];
        Assert.Equal((StateType.F32, 8), (tensor.Type, tensor.Bytes.Length));
        Assert.Equal(expected, tensor.Floats.ToArray());
    }

    [Theory]
    [InlineData("I64", "2A00000000000000", 42)]
    [InlineData("I32", "FEFFFFFF", -2)]
    [InlineData("I16", "FEFF", -2)]
    [InlineData("I8", "FE", -2)]
    [InlineData("U8", "FE", 254)]
    [InlineData("BOOL", "01", 1)]
    public void Every_integer_type_becomes_int64(string type, string elements, long expected)
    {
        var bytes = Convert.FromHexString(elements);
        var tensor = Safetensors.Read(File($$"""{"a":{"dtype":"{{type}}","shape":[],"data_offsets":[0,{{bytes.Length}}]} }""", bytes))["a"];
        Assert.Equal(StateType.I64, tensor.Type);
        Assert.Equal(expected, BitConverter.ToInt64(tensor.Bytes.Span));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "needs 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", "needs 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "needs 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807,9],"data_offsets":[0,8]}}""", "invalid shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}""", "invalid shape")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}""", "has type 'F8_E4M3'; expected one of F32, F64")]
    [InlineData("""{"a":{"dtype":"I8","shape":[8],"data_offsets":[0,8]},"b":{"dtype":"I8","shape":[1],"data_offsets":[7,8]}}""", "The tensors have 9 bytes, but only 8 follow")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,8]}}""", "The safetensors header is invalid")]
    [InlineData("""{"a":7}""", "The safetensors header is invalid")]
    [InlineData("""{"a":{"dtype":"F32","shape":["x"],"data_offsets":[0,8]}}""", "The safetensors header is invalid")]
    [InlineData("""[]""", "The safetensors header is invalid")]
    [InlineData("""{"a":""", "The safetensors header is invalid")]
    public void A_header_that_lies_is_refused(string header, string message)
    {
        var file = File(header, new byte[8]);
        Assert.Contains(message, Assert.Throws<ModelFormatException>(() => Safetensors.Read(file)).Message, StringComparison.Ordinal);
    }

    private static byte[] File(string header, byte[] elements)
    {
        var text = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((long)text.Length), .. text, .. elements];
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(2_000_000)]
    public void A_header_length_that_does_not_fit_is_refused(long length) =>
        Assert.Throws<ModelFormatException>(() => Safetensors.Read((byte[])[.. BitConverter.GetBytes(length), .. new byte[100]]));

    [Fact]
    public void Every_truncation_is_refused()
    {
        var file = Safetensors.Write(State);
        for (var length = 0; length < file.Length; length++)
            Assert.Throws<ModelFormatException>(() => Safetensors.Read(file.AsMemory(0, length)));
    }
}
