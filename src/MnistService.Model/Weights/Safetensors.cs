using System.Buffers.Binary;
using System.Text.Json;

namespace MnistService.Model.Weights;

/// <summary>
/// Reads and writes safetensors files: 8 bytes with the header's length, a JSON header with each tensor's type, shape and offsets, then the elements.
/// Reading a file executes no code. Format: https://huggingface.co/docs/safetensors
/// </summary>
public static class Safetensors
{
    private const int MaxHeaderBytes = 1 << 20;

    private static readonly Dictionary<string, StoredType> Types = new(StringComparer.Ordinal)
    {
        ["F32"] = StoredType.Float32,
        ["F64"] = StoredType.Float64,
        ["F16"] = StoredType.Float16,
        ["BF16"] = StoredType.BFloat16,
        ["I64"] = StoredType.Int64,
        ["I32"] = StoredType.Int32,
        ["I16"] = StoredType.Int16,
        ["I8"] = StoredType.Int8,
        ["U8"] = StoredType.UInt8,
        ["BOOL"] = StoredType.Bool,
    };

    /// <summary>Serializes a state dict. The output is deterministic: the same state gives the same bytes.</summary>
    public static byte[] Write(StateDict state)
    {
        ArgumentNullException.ThrowIfNull(state);
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            foreach (var (name, value) in state.Metadata) json.WriteString(name, value);
            json.WriteEndObject();
            long offset = 0;
            foreach (var tensor in state.Tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type == StateType.I64 ? "I64" : "F32");
                json.WriteStartArray("shape");
                foreach (var length in tensor.Shape) json.WriteNumberValue(length);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // The header is padded with spaces, as the format allows, so that the elements start at a multiple of eight bytes.
        while (header.Length % 8 != 0) header.WriteByte((byte)' ');
        using var file = new MemoryStream();
        Span<byte> length8 = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length8, header.Length);
        file.Write(length8);
        header.WriteTo(file);
        foreach (var tensor in state.Tensors) file.Write(tensor.Bytes.Span);
        return file.ToArray();
    }

    /// <summary>
    /// Returns whether the bytes look like a safetensors file: the length of a header, then the start of a JSON object. Only <see cref="Read"/> validates the
    /// file.
    /// </summary>
    public static bool IsSafetensors(ReadOnlySpan<byte> file) =>
        file.Length > 8 && file[8] == '{' && BinaryPrimitives.ReadInt64LittleEndian(file) is >= 2 and <= MaxHeaderBytes;

    /// <summary>
    /// Reads a complete file. Every length and offset is checked against the length of the file. Converts float16, bfloat16 and float64 to float32, and smaller
    /// integers to int64.
    /// </summary>
    /// <exception cref="ModelFormatException">The bytes are not a safetensors file, or a tensor has an element type that is not supported.</exception>
    public static StateDict Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length < 8)
            throw new ModelFormatException($"The file has {file.Length} bytes; expected at least 8, because a safetensors file starts with 8 bytes for the "
                + "length of its header. The file is damaged, or is neither a safetensors file nor a file of torch.save.");
        var headerLength = BinaryPrimitives.ReadInt64LittleEndian(file.Span);
        if (headerLength is < 2 or > MaxHeaderBytes || headerLength > file.Length - 8)
        {
            throw new ModelFormatException($"The file of {file.Length} bytes declares a safetensors header of {headerLength} bytes; "
                + $"expected 2 to {MaxHeaderBytes} bytes that fit into the file. The file is damaged, or is neither a safetensors file nor a file of torch.save.");
        }
        var data = file[(8 + (int)headerLength)..];
        try
        {
            using var header = JsonDocument.Parse(file.Slice(8, (int)headerLength));
            var metadata = header.RootElement.TryGetProperty("__metadata__", out var said)
                ? said.EnumerateObject().Where(p => p.Name != "format").ToDictionary(p => p.Name, p => p.Value.GetString() ?? "")
                : [];
            List<(JsonProperty Entry, StoredType Type, long[] Shape, ReadOnlyMemory<byte> Bytes)> entries =
                [.. header.RootElement.EnumerateObject().Where(p => p.Name != "__metadata__").Select(p => FindTensor(p, data))];
            // The format does not allow tensors that share elements. A small file could otherwise need much memory, as each tensor is converted separately.
            if (entries.Sum(entry => (long)entry.Bytes.Length) is var bytes && bytes > data.Length)
                throw new ModelFormatException($"The tensors have {bytes} bytes, but only {data.Length} follow the header; expected no overlapping tensors. The file is damaged.");
            return new StateDict(entries.Select(entry => new StateTensor(entry.Entry.Name, entry.Type.StateType(), entry.Shape, entry.Type.Convert(entry.Bytes)))) { Metadata = metadata };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or ArgumentException)
        {
            var at = e is JsonException { LineNumber: { } line, BytePositionInLine: { } place } ? $" at line {line + 1}, byte {place + 1}" : "";
            throw new ModelFormatException($"The safetensors header is invalid{at}; expected JSON with dtype, shape and data_offsets for each tensor.", e);
        }
    }

    private static (JsonProperty Entry, StoredType Type, long[] Shape, ReadOnlyMemory<byte> Bytes) FindTensor(JsonProperty entry, ReadOnlyMemory<byte> data)
    {
        var found = entry.Value.GetProperty("dtype").GetString() ?? "null";
        if (!Types.TryGetValue(found, out var type))
            throw new ModelFormatException($"Tensor {FoundText.Show(entry.Name)} has type {FoundText.Show(found)}; expected one of {string.Join(", ", Types.Keys)}. Convert the model with model.float(), and save it again.");
        long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];
        long[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(o => o.GetInt64())];
        long elements = 1;
        foreach (var length in shape)
        {
            if (length is < 0 or > int.MaxValue || (elements *= length) > int.MaxValue)
                throw new ModelFormatException($"Tensor {FoundText.Show(entry.Name)} has an invalid shape {FoundText.Show(shape)}; expected lengths of at least 0, and at most {int.MaxValue} elements. The file is damaged.");
        }
        var bytes = elements * type.Size();
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > data.Length || offsets[1] - offsets[0] != bytes)
        {
            throw new ModelFormatException(
                $"Tensor {FoundText.Show(entry.Name)} needs {bytes} bytes; its data_offsets {FoundText.Show(offsets)} "
                + $"do not describe that many bytes within the {data.Length} bytes after the header. The file is damaged.");
        }
        return (entry, type, shape, data.Slice((int)offsets[0], (int)bytes));
    }
}
