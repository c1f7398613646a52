using System.Buffers;
using System.Collections.ObjectModel;
using System.IO.Compression;
using System.IO.Hashing;
using MnistService.Hosting;
using MnistService.Model.Data;
using MnistService.Model.Imaging;
using MnistService.Predict;

namespace MnistService.Datasets;

/// <summary>
/// A zip of pictures in folders named after their digits as a data set, in the order of its table of contents. What it says of itself is
/// not believed: each length is bounded before memory is taken for it, and checked with the checksum when the entry was unpacked.
/// </summary>
internal sealed class DatasetZip(DatasetOptions limits, PredictOptions pictures)
{
    /// <summary>Of an entry in the table of contents, names and attributes of usual length.</summary>
    private const int BytesPerEntry = 256;

    private const int LeastTable = 64 << 10; // the end of a file is searched for its table

    /// <param name="zip">Seekable.</param>
    /// <param name="target">Where the pictures go.</param>
    /// <param name="cancellation">Looked at between two pictures.</param>
    /// <exception cref="ProblemException">It cannot be read, is too large, or an entry is no picture of a labelled digit.</exception>
    internal void Read(Stream zip, LabelledImagesWriter target, CancellationToken cancellation)
    {
        var budget = new ReadBudget(zip, LeastTable + (long)BytesPerEntry * limits.MaxZipEntries, TooManyEntries);
        using var archive = Reading("The archive", () => new ZipArchive(budget, ZipArchiveMode.Read));
        var entries = Reading("The archive", () => archive.Entries);
        budget.Lift();
        if (entries.Count > limits.MaxZipEntries) throw TooManyEntries();
        var options = PictureOptions.Default with { MaxPixels = pictures.MaxPixels };
        foreach (var (entry, label) in Labelled(entries))
        {
            cancellation.ThrowIfCancellationRequested();
            var picture = Read(entry, options);
            Storing.Do(() => target.Add(picture.Pixels.Span, [label]));
        }
    }

    /// <summary>All that can be said before anything is unpacked.</summary>
    private List<(ZipArchiveEntry Entry, byte Label)> Labelled(ReadOnlyCollection<ZipArchiveEntry> entries)
    {
        var labelled = new List<(ZipArchiveEntry, byte)>(entries.Count);
        long total = 0;
        foreach (var entry in entries.Where(entry => !ZipEntryName.IsIgnored(entry.FullName)))
        {
            var name = ZipEntryName.Shown(entry.FullName);
            if (entry.IsEncrypted) throw Unreadable($"Entry {name} is encrypted.");
            if (ZipEntryName.Label(entry.FullName) is not { } label)
            {
                throw new ProblemException(422, "dataset_unlabelled", "The pictures have no labels",
                    $"Entry {name} is in no folder named after its digit, 0 to 9; expected names such as train/7/a.png.");
            }
            if (labelled.Count == limits.MaxImages) throw DatasetUpload.TooLarge($"The zip holds more than {limits.MaxImages} pictures ({DatasetOptions.Section}:MaxImages).");
            if (entry.Length > pictures.MaxBytes)
                throw DatasetUpload.TooLarge($"Entry {name} has {entry.Length} bytes; a picture has at most {pictures.MaxBytes} ({PredictOptions.Section}:MaxBytes).");
            if ((total += entry.Length) > limits.MaxBytes)
                throw DatasetUpload.TooLarge($"The pictures have more than {limits.MaxBytes} bytes when they are unpacked ({DatasetOptions.Section}:MaxBytes).");
            labelled.Add((entry, label));
        }
        return labelled;
    }

    private static DigitImage Read(ZipArchiveEntry entry, PictureOptions options)
    {
        var name = ZipEntryName.Shown(entry.FullName);
        var length = (int)entry.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length + 1); // one more tells an entry that is longer than it says
        try
        {
            var read = Reading($"Entry {name}", () =>
            {
                using var unpacked = entry.Open();
                return unpacked.ReadAtLeast(buffer.AsSpan(0, length + 1), length + 1, throwOnEndOfStream: false);
            });
            var bytes = buffer.AsSpan(0, read);
            if (read != length || Crc32.HashToUInt32(bytes) != entry.Crc32) throw Unreadable($"Entry {name} is damaged: its length or checksum is wrong.");
            return PictureReader.Read(bytes, options);
        }
        catch (PictureException e) when (e.Error == PictureError.TooLarge)
        {
            throw DatasetUpload.TooLarge($"Entry {name}: {e.Message}");
        }
        catch (PictureException e)
        {
            throw new ProblemException(422, "dataset_bad_picture", "A picture cannot be used", $"Entry {name}: {e.Message}");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A damaged archive shows itself in several kinds of exceptions.</summary>
    private static T Reading<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw Unreadable($"{what} is damaged, or packed in a way that is not read: {e.Message}");
        }
    }

    private static ProblemException Unreadable(string detail) => new(400, "dataset_unreadable", "The zip cannot be read", detail);

    private ProblemException TooManyEntries() =>
        DatasetUpload.TooLarge($"The zip has more than {limits.MaxZipEntries} entries ({DatasetOptions.Section}:MaxZipEntries).");
}
