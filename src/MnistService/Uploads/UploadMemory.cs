using MnistService.Model.Datasets;

namespace MnistService.Uploads;

/// <summary>
/// Memory in bytes that one upload of a CSV or a zip file takes from the request memory budget. These files are processed as streams, never loaded completely.
/// </summary>
internal static class UploadMemory
{
    /// <summary>Memory in bytes of one block of CSV rows: about 128 kB of text and 49 kB of pixels, rounded up.</summary>
    private const int BlockBytes = 192 << 10;

    /// <summary>Memory in bytes of the pipes, the form reader and the decompressor of one upload.</summary>
    private const int Buffers = 512 << 10;

    /// <summary>
    /// Minimum size in bytes of one entry in a zip file: a local header of 30 bytes and a central-directory header of 46 bytes. The file size
    /// divided by this minimum is an upper bound of the number of entries.
    /// </summary>
    private const int EntryInFile = 76;

    /// <summary>Estimated memory in bytes of the object and the name of one zip entry.</summary>
    private const int EntryInMemory = 400;

    /// <summary>Memory of one CSV upload in bytes: buffers, and the blocks of rows that are processed at the same time.</summary>
    internal static long OfCsv => Buffers + (long)KaggleCsvFlow.UsualBlocks * BlockBytes;

    /// <summary>Memory of one zip upload in bytes: buffers, the entries of the central directory, and one encoded image.</summary>
    internal static long OfZip(long fileBytes, int maxEntries, long largestImageBytes) =>
        Buffers + largestImageBytes + Math.Min(fileBytes / EntryInFile, maxEntries) * EntryInMemory;
}
