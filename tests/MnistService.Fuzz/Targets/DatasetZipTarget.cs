using System.IO.Compression;
using MnistService.Datasets;
using MnistService.Drawings;
using MnistService.Fuzz.Repair;
using MnistService.Http;
using MnistService.Model.Datasets;
using MnistService.Predict.Decoding;

namespace MnistService.Fuzz.Targets;

/// <summary><see cref="DatasetZip"/>: the archive unchanged, and with corrected checksums.</summary>
internal sealed class DatasetZipTarget : IFuzzTarget
{
    private const int MaxImages = 4, MaxZipEntries = 100, MaxPixels = 1 << 12, MaxBytes = 64 << 10;
    private const long MaxPixelsInAll = 3 << 12;

    // Bytes of an entry's two headers and the smallest compressed PNG with a digit.
    private const int SmallestEntry = 30 + 46 + 40;

    // Memory of the central directory's entries, and of the planes of each image.
    private const long Most = (4 << 20) + MaxImages * MaxPixels * 512L;

    private static readonly string Folder = Directory.CreateTempSubdirectory("mnist-fuzz-").FullName;

    private readonly DatasetZip _reader = new(
        new DatasetOptions { MaxImages = MaxImages, MaxZipEntries = MaxZipEntries, MaxBytes = MaxBytes * 2, MaxPixels = MaxPixelsInAll },
        new() { MaxPixels = MaxPixels, MaxJpegPixels = MaxPixels, MaxBytes = MaxBytes },
        new BitmapMemory(1 << 30),
        TimeProvider.System);

    public string Name => "zip";

    public IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of(
        "PK\u0001\u0002", "PK\u0003\u0004", "PK\u0005\u0006", "PK\u0006\u0006", "PK\u0006\u0007", "PK\u0007\u0008", "\u0001\0\u0018\0", "\u00ff\u00ff\u00ff\u00ff", "\u00ff\u00ff", "7/a.png", "__MACOSX/", ".DS_Store", "../", "\\", "\u0008\0", "\u0009\0", "\u000e\0", "IEND");

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        Zip(CompressionLevel.NoCompression, ("7/a.png", Picture(12))),
        Zip(CompressionLevel.SmallestSize, ("train/", []), ("train/3/b.png", Picture(8)), ("__MACOSX/3/._b.png", [1, 2, 3]), ("train\\0\\c.png", Picture(14))),
        Zip(CompressionLevel.NoCompression, ("a.png", Picture(12))),
        Zip(CompressionLevel.SmallestSize, ("1/empty.png", []), ("2/text.png", "no picture"u8.ToArray())),
        Zip(CompressionLevel.SmallestSize),
        Overlapping(Zip(CompressionLevel.NoCompression, ("7/a.png", Picture(12)), ("3/b.png", Picture(14)))),
        Zip64(Zip(CompressionLevel.SmallestSize, ("7/a.png", Picture(12)))),
    ];

    public void Read(byte[] input)
    {
        Check(input);
        if (ZipChecksums.Repair(input) is { } repaired) Check(repaired);
    }

    private void Check(byte[] file)
    {
        using var images = new LabeledImagesWriter(Path.Combine(Folder, "set.images"));
        try
        {
            Promise.Within(Most + 64L * file.Length, () =>
            {
                var zip = new MemoryStream(file);
                _reader.Read(zip, _reader.ReadEntries(zip), images, CancellationToken.None);
                return images.Count;
            });
        }
        catch (ProblemException e)
        {
            Promise.Holds(e.Type.Status is 400 or 413 or 422, $"A zip is answered {e.Type.Status} {e.Type.Code}: {e.Message}");
            Promise.IsShort(e.Message);
        }
        // No byte of a stored image is used twice, and the pixel budget bounds the decoded images.
        Promise.Holds(images.Count <= file.Length / SmallestEntry, $"There are {images.Count} pictures in {file.Length} bytes.");
        Promise.Holds(images.Count <= MaxImages && images.LabelCounts.Sum() == images.Count, $"There are {images.Count} pictures.");
    }

    /// <summary>Points the second entry of the central directory to the data of the first entry.</summary>
    private static byte[] Overlapping(byte[] zip)
    {
        var second = zip.AsSpan(zip.AsSpan().LastIndexOf("PK\x01\x02"u8));
        second.Slice(42, 4).Clear();
        return zip;
    }

    /// <summary>Moves the count, length and offset of the central directory to zip64 records.</summary>
    private static byte[] Zip64(byte[] zip)
    {
        var end = zip.AsSpan(zip.AsSpan().LastIndexOf("PK\x05\x06"u8));
        var at = zip.Length - end.Length;
        var (record, locator) = (new byte[56], new byte[20]);
        "PK\x06\x06"u8.CopyTo(record);
        record[4] = 44;
        record[12] = record[14] = 45;
        record[24] = record[32] = end[10];
        end.Slice(12, 4).CopyTo(record.AsSpan(40));
        end.Slice(16, 4).CopyTo(record.AsSpan(48));
        "PK\x06\x07"u8.CopyTo(locator);
        BitConverter.TryWriteBytes(locator.AsSpan(8), (long)at);
        locator[16] = 1;
        end.Slice(8, 12).Fill(0xFF);
        return [.. zip.AsSpan(0, at), .. record, .. locator, .. end];
    }

    private static byte[] Picture(int x)
    {
        var pixels = new byte[784];
        for (var y = 5; y < 23; y++) pixels[y * 28 + x] = pixels[y * 28 + x + 1] = 255;
        return PngWriter.Mnist(pixels);
    }

    private static byte[] Zip(CompressionLevel level, params (string Name, byte[] Bytes)[] entries)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in entries)
            {
                using var entry = archive.CreateEntry(name, level).Open();
                entry.Write(bytes);
            }
        }
        return file.ToArray();
    }
}
