using MnistService.Model.Datasets;

namespace MnistService.Uploads;

/// <summary>Memory in bytes that one upload takes from the request memory budget. Files are processed as streams, never loaded completely.</summary>
internal static class UploadMemory
{
    private const int BlockBytes = 192 << 10, Buffers = 512 << 10; // text and pixels of one block of rows; pipes, form reader and inflater

    /// <summary>Minimum size in bytes of one entry in a zip file.</summary>
    private const int EntryInFile = 76;

    /// <summary>Estimated memory in bytes of the object and the name of one zip entry.</summary>
    private const int EntryInMemory = 400;

    /// <summary>Memory of one CSV upload in bytes: buffers, and the blocks of rows that are processed at the same time.</summary>
    internal static long OfCsv => Buffers + (long)KaggleCsvFlow.UsualBlocks * BlockBytes;

    /// <summary>Memory of one zip upload in bytes: buffers, the central directory, and one encoded image.</summary>
    internal static long OfZip(long fileBytes, int maxEntries, long largestImageBytes) =>
        Buffers + largestImageBytes + Math.Min(fileBytes / EntryInFile, maxEntries) * EntryInMemory;
}
