using System.Buffers.Binary;
using System.Security.Cryptography;
using MnistService.Model.Files;
using MnistService.Model.Imaging;

namespace MnistService.Model.Datasets;

/// <summary>
/// Writes a <see cref="LabeledImagesFile"/> incrementally. <see cref="Add"/> writes the pixels to a temporary file; only the labels stay in memory (one byte
/// per image). <see cref="Complete"/> renames the temporary file to its final name. Without a call of <see cref="Complete"/>, <see cref="Dispose"/> deletes the
/// temporary file.
/// </summary>
public sealed class LabeledImagesWriter : IDisposable
{
    private readonly PendingFile _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly MemoryStream _labels = new();
    private readonly int[] _counts = new int[10];

    /// <param name="path">Path of the finished file. Its folder must exist.</param>
    public LabeledImagesWriter(string path)
    {
        _file = new PendingFile(path);
        _file.Stream.Write(new byte[LabeledImagesFile.HeaderBytes]); // placeholder; Complete writes the header when the count is known
    }

    /// <summary>Number of images added so far.</summary>
    public int Count => (int)_labels.Length;

    /// <summary>[N] labels 0–9 of the images added so far. Valid until the next call of <see cref="Add"/> or <see cref="Dispose"/>.</summary>
    public ReadOnlySpan<byte> Labels => _labels.GetBuffer().AsSpan(0, Count);

    /// <summary>Length in bytes of the completed file, if no more images are added.</summary>
    public long Bytes => BytesOf(Count);

    /// <summary>
    /// Called at the start of each <see cref="Add"/> with the length in bytes that the completed file would have with the new images. The callback may throw to
    /// reject the images.
    /// </summary>
    public Action<long>? OnGrow { get; set; }

    /// <summary>Number of images added so far, per digit; 10 elements.</summary>
    public IReadOnlyList<int> LabelCounts => _counts;

    /// <summary>Appends N images and their labels. The pixels are written to the temporary file; the labels are kept in memory.</summary>
    /// <param name="pixels">[N×784] bytes, row-major, 0 = paper, 255 = ink.</param>
    /// <param name="labels">[N] digits 0–9.</param>
    /// <exception cref="IOException">The file cannot be written, e.g. because the disk is full.</exception>
    public void Add(ReadOnlySpan<byte> pixels, ReadOnlySpan<byte> labels)
    {
        if (pixels.Length != labels.Length * DigitImage.PixelCount)
        {
            throw new ArgumentException(
                $"There are {pixels.Length} pixels for {labels.Length} labels; expected {DigitImage.PixelCount} pixels per label.", nameof(pixels));
        }
        OnGrow?.Invoke(BytesOf(Count + labels.Length));
        foreach (var label in labels) _counts[label]++;
        _file.Stream.Write(pixels);
        _hash.AppendData(pixels);
        _labels.Write(labels);
    }

    /// <summary>Reads back the pixels of images that were added. The labels of these images are in <see cref="Labels"/>.</summary>
    /// <param name="start">Index of the first image, from 0.</param>
    /// <param name="pixels">[N×784] receives the pixels of N images, all of which must have been added before.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void ReadPixels(int start, Span<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + (long)(pixels.Length / DigitImage.PixelCount), Count, nameof(start));
        _file.Stream.Flush(); // the stream buffers writes; positioned reads bypass its buffer
        LabeledImagesFile.ReadPixels(_file.Stream.SafeFileHandle, start, pixels);
    }

    /// <summary>
    /// Writes the labels and the header, flushes the file to the disk and renames the file to its final name. Call this once, as the last operation.
    /// </summary>
    /// <returns>SHA-256 of the pixels followed by the labels, as lower-case hexadecimal.</returns>
    /// <exception cref="IOException">The file cannot be written, e.g. because the disk is full.</exception>
    public string Complete()
    {
        var labels = Labels;
        Span<byte> header = stackalloc byte[LabeledImagesFile.HeaderBytes];
        LabeledImagesFile.Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], LabeledImagesFile.Version);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], Count);
        _file.Stream.Write(labels);
        _file.Stream.Position = 0;
        _file.Stream.Write(header);
        _file.Commit();
        _hash.AppendData(labels);
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    private static long BytesOf(int count) => LabeledImagesFile.HeaderBytes + count * (DigitImage.PixelCount + 1L);

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
        _labels.Dispose();
    }
}
