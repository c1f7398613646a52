using MnistService.Datasets;
using MnistService.Model.Datasets;
using MnistService.Predict;

namespace MnistService.Uploads;

/// <summary>What an upload holds in memory while it is read: files go through it in parts.</summary>
internal static class UploadMemory
{
    private const int BlockBytes = 192 << 10, Buffers = 512 << 10; // text and pixels of a block; pipes, a form, an inflater

    /// <summary>Of an entry in the smallest zip, and as an object with its name.</summary>
    private const int EntryInFile = 76, EntryInMemory = 400;

    /// <summary>The blocks of rows that are in flight.</summary>
    internal static long OfCsv => Buffers + (long)KaggleCsvFlow.UsualBlocks * BlockBytes;

    /// <summary>The table of contents, and one image.</summary>
    internal static long OfZip(long fileBytes, DatasetOptions limits, PredictOptions images) =>
        Buffers + images.MaxBytes + Math.Min(fileBytes / EntryInFile, limits.MaxZipEntries) * EntryInMemory;
}
