using System.Buffers.Binary;
using System.Text;
using MnistService.Model.Weights;

namespace MnistService.Fuzz.Targets;

/// <summary>
/// <see cref="Safetensors"/>: a file unchanged, or, if the input begins with a brace, a header up to the first line feed, to which the target prepends the
/// length.
/// </summary>
internal sealed class SafetensorsTarget : IFuzzTarget
{
    public string Name => "safetensors";

    public IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of(
        "\"__metadata__\":{\"format\":\"pt\"}", "\"dtype\":\"F32\"", "\"I64\"", "\"BF16\"", "\"shape\":[", "\"data_offsets\":[0,4]", "[0,0]", "-1", "1e9", "4294967296", "9223372036854775807",
        "null", "\\ud800", "\\u0000", "\"features.0.weight\":", "\"classify.0.weight\":", ".running_mean", "{", "}", "[", "]", ",", "[[[[[[[[");

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        Safetensors.Write(new([new("a", StateType.F32, [2], new byte[8]), new("b.running_mean", StateType.F32, [], new byte[4]), new("n", StateType.I64, [1, 2], new byte[16])])),
        Safetensors.Write(new([new("empty", StateType.F32, [0, 3], default)]) { Metadata = new Dictionary<string, string> { ["step"] = "7" } }),
        .. new[]
        {
            """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}""" + "\n12345678",
            """{"__metadata__":{"format":"pt","epoch":"3"},"features.0.bias":{"dtype":"F32","shape":[1,1],"data_offsets":[4,8]}}""" + "\n\0\0\0\0\0\0\0\0",
            """{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}""" + "\n1234",
            "{}\n",
        }.Select(Encoding.Latin1.GetBytes),
    ];

    public void Read(byte[] input)
    {
        var file = input is [(byte)'{', ..] ? WithLength(input) : input;
        var state = Tensors.TryRead(file, (1 << 20) + 512L * file.Length, bytes => Safetensors.Read(bytes));
        if (state is null) return;
        var written = Safetensors.Write(state);
        Promise.Holds(Safetensors.Write(Safetensors.Read(written)).AsSpan().SequenceEqual(written), "The tensors that were read differ after they were written and read again.");
    }

    private static byte[] WithLength(byte[] input)
    {
        var end = Array.IndexOf(input, (byte)'\n');
        if (end < 0) end = input.Length;
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, end);
        return [.. length, .. input[..end], .. input[Math.Min(end + 1, input.Length)..]];
    }
}
