using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using MnistService.Model.Imaging;

namespace MnistService.Model.Datasets;

/// <summary>
/// File format for labeled images. Numbers are little-endian:
/// <code>
/// bytes 0–7     "DIGITSET"
/// bytes 8–11    version, 1
/// bytes 12–15   N, the number of images
/// 784 × N       pixels: image after image, row-major, 0 = paper, 255 = ink
/// N             labels, 0–9
/// </code>
/// The labels are last, so that a writer can write the pixels of each image as soon as the image arrives. <see cref="LabeledImagesWriter"/> writes this
/// format.
/// </summary>
public static class LabeledImagesFile
{
    internal const int HeaderBytes = 16, Version = 1;

    /// <summary>Maximum number of images per file. With this limit, the pixels fit in one .NET array (2 GB).</summary>
    public const int MaxCount = 2_500_000;

    internal static ReadOnlySpan<byte> Magic => "DIGITSET"u8;

    /// <summary>Length in bytes of a file with <paramref name="images"/> images.</summary>
    public static long LengthOf(int images) => HeaderBytes + images * (DigitImage.PixelCount + 1L);

    /// <summary>Reads a complete file of labeled images into memory.</summary>
    /// <returns>The images, and the SHA-256 of the pixels followed by the labels, as lower-case hexadecimal.</returns>
    /// <exception cref="InvalidDataException">
    /// The file is not a file of labeled images, has a wrong length, or contains a label that is not a digit.
    /// </exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static (LabeledImages Images, string Sha256) Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var count = ReadHeader(file, path);
        var (pixels, labels) = (new byte[count * DigitImage.PixelCount], new byte[count]);
        file.ReadExactly(pixels);
        file.ReadExactly(labels);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(pixels);
        hash.AppendData(labels);
        if (labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)9) is var bad and >= 0)
            throw new InvalidDataException($"{Path.GetFileName(path)} has the label {labels[bad]} at index {bad}; expected 0 to 9.");
        return (new(pixels, labels), Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Reads the pixels of the selected images. Unlike <see cref="Read"/>, does not compute the SHA-256 of the content.</summary>
    /// <param name="indexes">Indexes of the images, from 0.</param>
    /// <returns>784 bytes per index, in the order of <paramref name="indexes"/>.</returns>
    /// <exception cref="InvalidDataException">The file is not a file of labeled images or has a wrong length, or an index is out of range.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static IReadOnlyList<byte[]> ReadImages(string path, IReadOnlyList<int> indexes)
    {
        ArgumentNullException.ThrowIfNull(indexes);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        var count = ReadHeader(file, path);
        var images = new byte[indexes.Count][];
        for (var i = 0; i < images.Length; i++)
        {
            if (indexes[i] < 0 || indexes[i] >= count) throw new InvalidDataException($"{Path.GetFileName(path)} has {count} images; "
                + $"found index {indexes[i]}, expected 0 to {count - 1}.");
            ReadPixels(file.SafeFileHandle, indexes[i], images[i] = new byte[DigitImage.PixelCount]);
        }
        return images;
    }

    /// <summary>
    /// Reads the labels of all images. Unlike <see cref="Read"/>, does not compute the SHA-256 and does not check that the labels are digits.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is not a file of labeled images, or has a wrong length.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static byte[] ReadLabels(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        var labels = new byte[ReadHeader(file, path)];
        file.Position = HeaderBytes + (long)labels.Length * DigitImage.PixelCount;
        file.ReadExactly(labels);
        return labels;
    }

    internal static void ReadPixels(SafeFileHandle file, int start, Span<byte> pixels)
    {
        for (var offset = HeaderBytes + (long)start * DigitImage.PixelCount; pixels.Length > 0;)
        {
            var read = RandomAccess.Read(file, pixels, offset);
            if (read == 0) throw new EndOfStreamException($"The file of labeled images ends at byte {offset}; {pixels.Length} more bytes of pixels are expected.");
            offset += read;
            pixels = pixels[read..];
        }
    }

    /// <summary>
    /// Reads the number of images from the header. Rejects a number that does not match the file's length, so that a forged number cannot cause a large
    /// allocation.
    /// </summary>
    private static int ReadHeader(FileStream file, string path)
    {
        var name = Path.GetFileName(path);
        Span<byte> header = stackalloc byte[HeaderBytes];
        var read = file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        if (read < HeaderBytes || !header.StartsWith(Magic))
            throw new InvalidDataException($"{name} has {file.Length} bytes and starts with the hexadecimal bytes {Convert.ToHexString(header[..Math.Min(read, Magic.Length)])}; "
                + $"expected at least {HeaderBytes} bytes that start with {Convert.ToHexString(Magic)} ('DIGITSET', the signature of a file of labeled images).");
        var (version, count) = (BinaryPrimitives.ReadInt32LittleEndian(header[8..]), BinaryPrimitives.ReadInt32LittleEndian(header[12..]));
        if (version != Version) throw new InvalidDataException($"{name} has version {version} of the file format; expected {Version}.");
        if (count is < 0 or > MaxCount || file.Length != LengthOf(count))
        {
            throw new InvalidDataException($"{name} has {file.Length} bytes; its header declares {count} images, which need {LengthOf(count)} bytes. "
                + $"At most {MaxCount} images are allowed.");
        }
        return count;
    }
}
