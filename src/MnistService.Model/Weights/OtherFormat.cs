using System.Text;

namespace MnistService.Model.Weights;

/// <summary>
/// Recognizes files that users upload by mistake instead of weights, so that the error message can name the format and explain how to get the weights.
/// </summary>
internal static class OtherFormat
{
    /// <summary>Number of bytes at the start of a file that are examined to recognize text.</summary>
    private const int TextStart = 512;

    private const string SaveWeights = "Save the weights with torch.save(model.state_dict(), path).";

    /// <summary>Known formats: the first bytes of the file, the name of the format with its article, and advice for the user.</summary>
    private static readonly (byte[] Start, string Name, string Advice)[] Starts =
    [
        ([0x89, .. "HDF\r\n"u8], "an HDF5 file, as Keras writes it", "The service cannot read Keras weights; upload the weights of a PyTorch network."),
        ("version https://git-lfs"u8.ToArray(), "a Git LFS pointer, not the weights", "Run git lfs pull in the repository, then upload the file again."),
        ([0x93, .. "NUMPY"u8], "a NumPy array (.npy)", SaveWeights),
        ([0x1f, 0x8b], "a gzip archive", "Decompress it, then upload the file in it."),
        ([(byte)'7', (byte)'z', 0xbc, 0xaf], "a 7z archive", "Extract it, then upload the weights file in it."),
        ("Rar!"u8.ToArray(), "a RAR archive", "Extract it, then upload the weights file in it."),
        ("GGUF"u8.ToArray(), "a GGUF file", SaveWeights),
        ([0x89, .. "PNG"u8], "a PNG image", "Send images to POST /predict."),
        ([0xff, 0xd8, 0xff], "a JPEG image", "Send images to POST /predict."),
        ("%PDF"u8.ToArray(), "a PDF document", SaveWeights),
    ];

    /// <summary>Describes a file that is neither a safetensors file nor a file of <c>torch.save</c>.</summary>
    /// <returns>Sentences for an error message; <c>null</c> if the format is not recognized.</returns>
    internal static string? Describe(ReadOnlyMemory<byte> file)
    {
        var bytes = file.Span;
        if (bytes.IsEmpty) return "The file is empty; expected a safetensors file or a file of torch.save.";
        foreach (var (start, name, advice) in Starts)
            if (bytes.StartsWith(start)) return Sentence(name, advice);
        if (bytes.StartsWith("PK\x03\x04"u8)) return DescribeZip(file);
        if (bytes.Length > 8 && bytes[4..].StartsWith("TFL3"u8))
            return Sentence("a TensorFlow Lite model", "The service cannot read TensorFlow weights; upload the weights of a PyTorch network.");
        if (bytes.Length > 262 && bytes[257..].StartsWith("ustar"u8)) return Sentence("a tar archive", "Extract it, then upload the weights file in it.");
        if (bytes is [0x80, >= 2 and <= 5, ..]) return Sentence("a Python pickle that torch.save did not write", SaveWeights);
        return IsOnnx(bytes) ? Sentence("an ONNX model", "Save the weights of the PyTorch model instead: torch.save(model.state_dict(), path).") : DescribeText(bytes);
    }

    private static string Sentence(string name, string advice) => $"The file is {name}; expected a safetensors file or a file of torch.save. {advice}";

    /// <summary>
    /// Returns whether the bytes look like an ONNX model: a protobuf message whose first field is the format version (1 to 31), followed by another field of
    /// <c>onnx.ModelProto</c>.
    /// </summary>
    private static bool IsOnnx(ReadOnlySpan<byte> bytes) => bytes is [0x08, >= 1 and < 32, 0x12 or 0x1a or 0x22 or 0x28 or 0x32 or 0x3a or 0x42, ..];

    private static string DescribeZip(ReadOnlyMemory<byte> file)
    {
        List<string> names;
        try
        {
            using var archive = ZipMemory.Open(file);
            names = [.. archive.Entries.Select(entry => entry.FullName)];
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ArgumentException)
        {
            return Sentence("a damaged zip archive", "Download or save it again.");
        }
        if (names.Contains("model.weights.h5") || names.Contains("config.json") && names.Contains("metadata.json"))
            return Sentence("a Keras model", "The service cannot read Keras weights; upload the weights of a PyTorch network.");
        if (names.Find(name => HasExtension(name, ".pth", ".pt", ".ckpt", ".bin", ".safetensors")) is { } inner)
            return Sentence($"a zip archive with {FoundText.Show(inner)}", "Extract it, then upload the file in it.");
        if (names.Count > 0 && names.TrueForAll(name => HasExtension(name, ".npy"))) return Sentence("an archive of NumPy arrays (.npz)", SaveWeights);
        return Sentence(names.Count == 0 ? "an empty zip archive" : $"a zip archive with {FoundText.Show(names[0])}, without a data.pkl", SaveWeights);
    }

    private static bool HasExtension(string name, params ReadOnlySpan<string> extensions)
    {
        foreach (var extension in extensions)
            if (name.EndsWith(extension, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    private static string? DescribeText(ReadOnlySpan<byte> bytes)
    {
        var start = bytes[..Math.Min(bytes.Length, TextStart)];
        if (start.StartsWith("\uFEFF"u8)) start = start["\uFEFF"u8.Length..];
        foreach (var value in start)
            if (value < ' ' && value is not ((byte)'\n' or (byte)'\r' or (byte)'\t')) return null;
        var text = Encoding.UTF8.GetString(start).TrimStart();
        return text switch
        {
            ['<', ..] => Sentence("an HTML or XML page",
                "The download of the weights probably failed; open the file to see why, and download the weights again."),
            ['{' or '[', ..] => Sentence("JSON text", SaveWeights),
            _ => Sentence($"text that starts with {FoundText.Show(text.Split('\n')[0].TrimEnd())}", SaveWeights),
        };
    }
}
