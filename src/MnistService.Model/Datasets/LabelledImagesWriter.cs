using System.Buffers.Binary;
using System.Security.Cryptography;
using MnistService.Model.Files;
using MnistService.Model.Imaging;

namespace MnistService.Model.Datasets;

/// <summary>
/// Writes a <see cref="LabelledImagesFile"/> as its pictures arrive. Holds the labels, a byte a picture; the pixels go to the disk. The file
/// is there after <see cref="Complete"/>, and without it there is nothing.
/// </summary>
public sealed class LabelledImagesWriter : IDisposable
{
    private readonly PendingFile _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly MemoryStream _labels = new();
    private readonly int[] _counts = new int[10];

    /// <param name="path">Where the file will be; its folder exists.</param>
    public LabelledImagesWriter(string path)
    {
        _file = new PendingFile(path);
        _file.Stream.Write(new byte[LabelledImagesFile.HeaderBytes]); // filled in when the count is known
    }

    /// <summary>Pictures so far.</summary>
    public int Count => (int)_labels.Length;

    /// <summary>[N] digits 0–9, valid until the next call of another member.</summary>
    public ReadOnlySpan<byte> Labels => _labels.GetBuffer().AsSpan(0, Count);

    /// <summary>Length of the file with the pictures so far.</summary>
    public long Bytes => BytesOf(Count);

    /// <summary>Called before more pictures are written, with the length that the file will have. May throw to end the upload.</summary>
    public Action<long>? OnGrow { get; set; }

    /// <summary>How many of each digit so far, 0 to 9.</summary>
    public IReadOnlyList<int> LabelCounts => _counts;

    /// <param name="pixels">[N×784] bytes in row order, 0 = paper, 255 = ink.</param>
    /// <param name="labels">[N] digits 0–9.</param>
    /// <exception cref="IOException">The disk is full, say.</exception>
    public void Add(ReadOnlySpan<byte> pixels, ReadOnlySpan<byte> labels)
    {
        if (pixels.Length != labels.Length * DigitImage.PixelCount)
            throw new ArgumentException($"{pixels.Length} pixels are not {DigitImage.PixelCount} for each of {labels.Length} labels.", nameof(pixels));
        OnGrow?.Invoke(BytesOf(Count + labels.Length));
        foreach (var label in labels) _counts[label]++;
        _file.Stream.Write(pixels);
        _hash.AppendData(pixels);
        _labels.Write(labels);
    }

    /// <summary>Reads images back that were added. Their labels are <see cref="Labels"/>.</summary>
    /// <param name="start">Index of the first image, from 0.</param>
    /// <param name="pixels">[N×784] filled with N images; they must all have been added.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void ReadPixels(int start, Span<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + (long)(pixels.Length / DigitImage.PixelCount), Count, nameof(start));
        _file.Stream.Flush(); // the stream buffers writes; positioned reads bypass its buffer
        LabelledImagesFile.ReadPixels(_file.Stream.SafeFileHandle, start, pixels);
    }

    /// <summary>Ends the file, flushes it to the disk and gives it its name. Call once, last.</summary>
    /// <returns>SHA-256 of pixels and labels, hexadecimal.</returns>
    /// <exception cref="IOException">The disk is full, say.</exception>
    public string Complete()
    {
        var labels = Labels;
        Span<byte> header = stackalloc byte[LabelledImagesFile.HeaderBytes];
        LabelledImagesFile.Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], LabelledImagesFile.Version);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], Count);
        _file.Stream.Write(labels);
        _file.Stream.Position = 0;
        _file.Stream.Write(header);
        _file.Commit();
        _hash.AppendData(labels);
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    private static long BytesOf(int count) => LabelledImagesFile.HeaderBytes + count * (DigitImage.PixelCount + 1L);

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
        _labels.Dispose();
    }
}
