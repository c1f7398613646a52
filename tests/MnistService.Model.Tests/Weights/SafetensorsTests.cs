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
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "needs 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", "needs 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "needs 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807,9],"data_offsets":[0,8]}}""", "invalid shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}""", "invalid shape")]
    [InlineData("""{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}""", "has type 'F64'")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,8]}}""", "The safetensors header is invalid")]
    [InlineData("""{"a":7}""", "The safetensors header is invalid")]
    [InlineData("""{"a":{"dtype":"F32","shape":["x"],"data_offsets":[0,8]}}""", "The safetensors header is invalid")]
    [InlineData("""[]""", "The safetensors header is invalid")]
    [InlineData("""{"a":""", "The safetensors header is invalid")]
    public void A_header_that_lies_is_refused(string header, string message)
    {
        var text = Encoding.UTF8.GetBytes(header);
        byte[] file = [.. BitConverter.GetBytes((long)text.Length), .. text, .. new byte[8]];
        Assert.Contains(message, Assert.Throws<ModelFormatException>(() => Safetensors.Read(file)).Message, StringComparison.Ordinal);
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
