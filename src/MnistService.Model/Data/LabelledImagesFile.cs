using System.Buffers.Binary;
using System.Security.Cryptography;
using MnistService.Model.Imaging;

namespace MnistService.Model.Data;

/// <summary>
/// Labelled pictures as one file, numbers little-endian:
/// <code>
/// bytes 0–7     "DIGITSET"
/// bytes 8–11    version, 1
/// bytes 12–15   N, the number of pictures
/// 784 × N       pixels: picture after picture in row order, 0 = paper, 255 = ink
/// N             labels, 0–9
/// </code>
/// The labels come last so that pictures can be written as they arrive. <see cref="LabelledImagesWriter"/> writes it.
/// </summary>
public static class LabelledImagesFile
{
    internal const int HeaderBytes = 16, Version = 1;

    /// <summary>A file of more would not fit into one array of pixels.</summary>
    public const int MaxCount = 2_500_000;

    internal static ReadOnlySpan<byte> Magic => "DIGITSET"u8;

    /// <summary>Reads a file whole.</summary>
    /// <returns>The pictures, and the SHA-256 of pixels and labels, hexadecimal.</returns>
    /// <exception cref="InvalidDataException">It is not such a file, is cut short, or holds a label that is not a digit.</exception>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    public static (LabelledImages Images, string Sha256) Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var count = ReadHeader(file, path);
        var (pixels, labels) = (new byte[count * DigitImage.PixelCount], new byte[count]);
        file.ReadExactly(pixels);
        file.ReadExactly(labels);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(pixels);
        hash.AppendData(labels);
        try
        {
            return (new(pixels, labels), Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{Path.GetFileName(path)} is damaged: {e.Message}", e);
        }
    }

    /// <summary>The length is held against the count before anything of its size is allocated.</summary>
    private static int ReadHeader(FileStream file, string path)
    {
        var name = Path.GetFileName(path);
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes || !header.StartsWith(Magic))
            throw new InvalidDataException($"{name} does not begin as a file of labelled pictures does.");
        var (version, count) = (BinaryPrimitives.ReadInt32LittleEndian(header[8..]), BinaryPrimitives.ReadInt32LittleEndian(header[12..]));
        if (version != Version) throw new InvalidDataException($"{name} is of version {version}; expected {Version}.");
        if (count is < 0 or > MaxCount || file.Length != HeaderBytes + count * (DigitImage.PixelCount + 1L))
            throw new InvalidDataException($"{name} has {file.Length} bytes, which are not those of its {count} pictures.");
        return count;
    }
}
