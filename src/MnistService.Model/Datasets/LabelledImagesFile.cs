using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using MnistService.Model.Imaging;

namespace MnistService.Model.Datasets;

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

    /// <summary>Bytes of a file with so many images.</summary>
    public static long LengthOf(int images) => HeaderBytes + images * (DigitImage.PixelCount + 1L);

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

    /// <summary>Reads single images. Their checksum is not verified.</summary>
    /// <param name="path">The file.</param>
    /// <param name="indexes">Which images, from 0.</param>
    /// <returns>784 bytes for each index, in the same order.</returns>
    /// <exception cref="InvalidDataException">It is not such a file, is cut short, or has no image of an index.</exception>
    /// <exception cref="IOException">It is absent or cannot be read.</exception>
    public static IReadOnlyList<byte[]> ReadImages(string path, IReadOnlyList<int> indexes)
    {
        ArgumentNullException.ThrowIfNull(indexes);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        var count = ReadHeader(file, path);
        var images = new byte[indexes.Count][];
        for (var i = 0; i < images.Length; i++)
        {
            if (indexes[i] < 0 || indexes[i] >= count) throw new InvalidDataException($"{Path.GetFileName(path)} has {count} images and none with index {indexes[i]}.");
            ReadPixels(file.SafeFileHandle, indexes[i], images[i] = new byte[DigitImage.PixelCount]);
        }
        return images;
    }

    internal static void ReadPixels(SafeFileHandle file, int start, Span<byte> pixels)
    {
        for (var offset = HeaderBytes + (long)start * DigitImage.PixelCount; pixels.Length > 0;)
        {
            var read = RandomAccess.Read(file, pixels, offset);
            if (read == 0) throw new EndOfStreamException("The file ends within its pixels.");
            offset += read;
            pixels = pixels[read..];
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
        if (count is < 0 or > MaxCount || file.Length != LengthOf(count))
            throw new InvalidDataException($"{name} has {file.Length} bytes, which are not those of its {count} pictures.");
        return count;
    }
}
