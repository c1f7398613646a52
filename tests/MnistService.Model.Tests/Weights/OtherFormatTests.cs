using System.IO.Compression;
using System.Text;
using MnistService.Model.Registry;
using MnistService.Model.Weights;
using MnistService.Model.Weights.PyTorch;

namespace MnistService.Model.Tests.Weights;

/// <summary>A file that contains no weights is refused with the name of its format.</summary>
public sealed class OtherFormatTests
{
    [Theory]
    [InlineData("", "The file is empty")]
    [InlineData("\u0089HDF\r\n\u001a\n", "an HDF5 file")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:1", "a Git LFS pointer, not the weights")]
    [InlineData("\u0093NUMPY\u0001\0v", "a NumPy array")]
    [InlineData("\u001f\u008b\u0008\0", "a gzip archive")]
    [InlineData("7z\u00bc\u00af\u0027\u001c", "a 7z archive")]
    [InlineData("Rar!\u001a\u0007", "a RAR archive")]
    [InlineData("GGUF\u0003\0\0\0", "a GGUF file")]
    [InlineData("%PDF-1.7", "a PDF document")]
    [InlineData("\u0089PNG\r\n\u001a\n", "a PNG image")]
    [InlineData("\u00ff\u00d8\u00ff\u00e0", "a JPEG image")]
    [InlineData("\u0008\u0008\u0012\u0007pytorch", "an ONNX model")]
    [InlineData("\u0008\u0003:\u00ff\u0001", "an ONNX model")]
    [InlineData("\u001c\0\0\0TFL3\0\0", "a TensorFlow Lite model")]
    [InlineData("\u0080\u0004\u0095\u0001\0\0\0\0\0\0\0N.", "a Python pickle that torch.save did not write")]
    [InlineData("  <!doctype html><title>404</title>", "an HTML or XML page")]
    [InlineData("\u00ef\u00bb\u00bf<html>", "an HTML or XML page")]
    [InlineData("{\"message\":\"Not Found\"}", "JSON text")]
    [InlineData("404: Not Found", "text that starts with '404: Not Found'")]
    [InlineData("PK\u0003\u0004 cut", "a damaged zip archive")]
    public void The_format_is_named(string file, string name) => Assert.Contains(name, Refusal(Encoding.Latin1.GetBytes(file)), StringComparison.Ordinal);

    [Theory]
    [InlineData("a zip archive with 'final/model.pth'", "readme.txt", "final/model.pth")]
    [InlineData("a Keras model", "metadata.json", "config.json", "model.weights.h5")]
    [InlineData("an archive of NumPy arrays", "a.npy", "b.npy")]
    [InlineData("a zip archive with 'readme.txt', without a data.pkl", "readme.txt")]
    public void The_content_of_an_archive_is_named(string name, params string[] entries)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var entry in entries) archive.CreateEntry(entry);
        Assert.Contains(name, Refusal(file.ToArray()), StringComparison.Ordinal);
    }

    /// <summary>The archive contains the bytes of a PyTorch file, and with them the name of its pickle.</summary>
    [Fact]
    public void A_stored_PyTorch_file_in_an_archive_is_named()
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = archive.CreateEntry("model.pth", CompressionLevel.NoCompression).Open())
            entry.Write(PyTorchFile.Write(new([new("a", StateType.F32, [1], new byte[4])])));
        Assert.Contains("a zip archive with 'model.pth'", Refusal(file.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_with_very_many_entries_is_refused_before_it_is_listed()
    {
        byte[] file = [.. "PK\x03\x04"u8, .. Enumerable.Repeat("PK\x01\x02"u8.ToArray(), 20_001).SelectMany(each => each)];
        Assert.Contains("with about 20001 entries", Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tar_archive_is_named()
    {
        var file = new byte[1024];
        "model.pth"u8.CopyTo(file);
        "ustar"u8.CopyTo(file.AsSpan(257));
        Assert.Contains("a tar archive", Refusal(file), StringComparison.Ordinal);
    }

    private static string Refusal(byte[] file) => Assert.Throws<ModelFormatException>(() => ModelFile.Read(file)).Message;
}
