using System.IO.Hashing;
using MnistService.Connections.Memory;
using MnistService.Http;
using MnistService.Model.Datasets;
using MnistService.Model.Files;
using MnistService.Model.Imaging;
using MnistService.Predict;
using MnistService.Predict.Decoding;

namespace MnistService.Datasets;

/// <summary>
/// Reads a zip of images as a data set, in central-directory order. The folders are named after the digits. The zip is untrusted. Each declared length is
/// checked against a limit before memory is allocated. After decompression, the actual length and the checksum are verified. Overlapping entries are rejected,
/// and the decoding of all images together is limited in pixels and time.
/// </summary>
internal sealed class DatasetZip(DatasetOptions limits, PredictOptions pictures, BitmapMemory bitmaps, TimeProvider time)
{
    /// <summary>Reads the central directory of a zip file, and checks the names and the declared lengths of the entries.</summary>
    /// <param name="zip">A seekable stream of the zip file.</param>
    /// <returns>The entries that are images, with their labels.</returns>
    /// <exception cref="ProblemException">
    /// The zip cannot be read, exceeds a limit, or contains an image that is not in a folder named after a digit.
    /// </exception>
    internal List<(ZipEntry Entry, byte Label)> ReadEntries(Stream zip) =>
        Labeled(Reading("The archive", () => ZipDirectory.Read(zip, limits.MaxZipEntries, TooManyEntries)));

    /// <summary>Decodes the images and writes them to <paramref name="target"/>, in the order of <paramref name="entries"/>.</summary>
    /// <param name="zip">A seekable stream of the zip file.</param>
    /// <param name="entries">Result of <see cref="ReadEntries"/>.</param>
    /// <param name="target">Receives the images and labels.</param>
    /// <param name="cancellation">Checked before each image, and while the method waits for memory for a bitmap.</param>
    /// <exception cref="ProblemException">
    /// The zip cannot be read or exceeds a limit, an entry is not a usable image, or the images could not be stored.
    /// </exception>
    internal void Read(Stream zip, List<(ZipEntry Entry, byte Label)> entries, LabeledImagesWriter target, CancellationToken cancellation)
    {
        var options = pictures.Images;
        var budget = new DecodeBudget(limits, entries.Count, time);
        foreach (var (entry, label) in entries)
        {
            cancellation.ThrowIfCancellationRequested();
            var picture = Read(zip, entry, options, budget, cancellation);
            Storing.Do(() => target.Add(picture.Pixels.Span, [label]));
        }
    }

    /// <summary>
    /// Checks the names and the declared lengths of the entries, and derives the labels from the names. Entries that <see cref="ZipEntryName.IsIgnored"/> skips
    /// are not in the result.
    /// </summary>
    private List<(ZipEntry Entry, byte Label)> Labeled(List<ZipEntry> entries)
    {
        var labeled = new List<(ZipEntry, byte)>(entries.Count);
        long total = 0;
        foreach (var entry in entries.Where(entry => !ZipEntryName.IsIgnored(entry.Name)))
        {
            var name = ZipEntryName.Shown(entry.Name);
            if (entry.IsEncrypted) throw Unreadable($"Entry {name} is encrypted; expected entries without encryption. Create the zip file without a password.");
            if (ZipEntryName.Label(entry.Name) is not { } label) throw DatasetProblems.ZipUnlabeled.Exception(name);
            if (labeled.Count == limits.MaxImages)
                throw DatasetProblems.TooLarge.Exception($"The zip file contains more than {limits.MaxImages} images ({DatasetOptions.Section}:MaxImages). "
                    + "Upload fewer images, or raise the limit.");
            if (entry.Bytes > pictures.MaxBytes)
                throw DatasetProblems.TooLarge.Exception($"Entry {name} has {entry.Bytes} bytes; "
                    + $"an image may have at most {pictures.MaxBytes} ({PredictOptions.Section}:MaxBytes). Scale the image down, or raise the limit.");
            if ((total += entry.Bytes) > limits.MaxBytes)
                throw DatasetProblems.TooLarge.Exception($"The images have more than {limits.MaxBytes} bytes after decompression ({DatasetOptions.Section}:MaxBytes). Upload fewer images, or raise the limit.");
            labeled.Add((entry, label));
        }
        return labeled;
    }

    private DigitImage Read(Stream zip, ZipEntry entry, ImageOptions options, DecodeBudget budget, CancellationToken cancellation)
    {
        var name = ZipEntryName.Shown(entry.Name);
        var length = (int)entry.Bytes;
        var buffer = BufferPool.Rent(BufferPool.LengthFor(length + 1)); // one extra byte detects an entry that is longer than declared
        try
        {
            var read = Reading($"Entry {name}", () =>
            {
                using var unpacked = ZipEntryStream.Open(zip, entry);
                return unpacked.ReadAtLeast(buffer.AsSpan(0, length + 1), length + 1, throwOnEndOfStream: false);
            });
            var bytes = buffer.AsSpan(0, read);
            if (read != length || Crc32.HashToUInt32(bytes) != entry.Crc32)
                throw Unreadable($"Entry {name} is damaged: the length or CRC-32 of its content differs from the central directory. "
                    + "Create the zip file again.");
            var cost = ImageReader.EstimateCost(bytes, options);
            if (cost.Pixels > 0) budget.Take(name, cost.Work); // Pixels is 0 if the header is invalid or exceeds a limit; Read then rejects the image
            using var bitmap = bitmaps.Take(cost.Memory, cancellation);
            return ImageReader.Read(bytes, options);
        }
        catch (ImageException e) when (e.Error == ImageError.TooLarge)
        {
            throw DatasetProblems.TooLarge.Exception($"Entry {name}: {e.Message}");
        }
        catch (ImageException e)
        {
            throw DatasetProblems.BadImage.Exception(name, e.Message);
        }
        finally
        {
            BufferPool.Return(buffer);
        }
    }

    private static T Reading<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw Unreadable($"{what} is damaged or has an unsupported format: {(e is InvalidDataException ? e.Message : FileFailure.Describe(e))} Create the zip file again.");
        }
    }

    private static ProblemException Unreadable(string detail) => DatasetProblems.ZipUnreadable.Exception(detail);

    private ProblemException TooManyEntries(long count, long bytes, long maxBytes) => DatasetProblems.TooLarge.Exception(count > limits.MaxZipEntries
        ? $"The zip file has {count} entries; expected at most {limits.MaxZipEntries} ({DatasetOptions.Section}:MaxZipEntries). "
            + "Upload fewer images, or raise the limit."
        : $"The central directory of the zip file has {bytes} bytes; expected at most {maxBytes} (64 kB plus 256 bytes per permitted entry). "
            + $"Use shorter file names, or raise {DatasetOptions.Section}:MaxZipEntries.");
}
