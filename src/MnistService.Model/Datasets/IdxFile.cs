using System.Buffers.Binary;
using System.IO.Compression;

namespace MnistService.Model.Datasets;

/// <summary>
/// Reads MNIST's IDX files, plain or gzip-compressed. A file has a big-endian header (element type, length of each dimension) and then unsigned bytes.
/// Format: http://yann.lecun.com/exdb/mnist/
/// </summary>
public static class IdxFile
{
    private const int UnsignedByte = 0x08;
    private const int MaxDimensions = 3;

    /// <summary>Reads a complete IDX file into memory.</summary>
    /// <param name="path">Path of an IDX file of unsigned bytes, plain or gzip-compressed. Gzip is detected by the first two bytes.</param>
    /// <returns>The length of each dimension (e.g. 60000, 28, 28) and the bytes, row-major.</returns>
    /// <exception cref="InvalidDataException">The file is not an IDX file of unsigned bytes with 1 to 3 dimensions, or it is truncated.</exception>
    public static (int[] Shape, byte[] Values) Read(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[2];
        var gzip = file.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start is [0x1f, 0x8b];
        file.Position = 0;
        using var stream = gzip ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        try
        {
            return Read(stream, path);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException(
                $"{Path.GetFileName(path)} is truncated: it has no complete header, or fewer bytes than the header declares. Replace the file.", e);
        }
    }

    private static (int[] Shape, byte[] Values) Read(Stream stream, string path)
    {
        Span<byte> word = stackalloc byte[4];
        stream.ReadExactly(word);
        if (word[0] != 0 || word[1] != 0 || word[2] != UnsignedByte || word[3] is 0 or > MaxDimensions)
        {
            throw new InvalidDataException($"{Path.GetFileName(path)} starts with the hexadecimal bytes {Convert.ToHexStringLower(word)}; "
                + $"expected 000008 (unsigned bytes) and then the number of dimensions, 01 to 0{MaxDimensions}. Replace the file.");
        }
        var shape = new int[word[3]];
        long count = 1;
        for (var i = 0; i < shape.Length; i++)
        {
            stream.ReadExactly(word);
            shape[i] = BinaryPrimitives.ReadInt32BigEndian(word);
            if (shape[i] <= 0 || (count *= shape[i]) > Array.MaxLength)
            {
                throw new InvalidDataException($"{Path.GetFileName(path)} declares length {shape[i]} for dimension {i + 1}; "
                    + $"expected at least 1, and at most {Array.MaxLength} bytes in total. Replace the file.");
            }
        }
        var values = new byte[count];
        stream.ReadExactly(values);
        return (shape, values);
    }
}
