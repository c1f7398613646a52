using MnistService.Model.Datasets;

namespace MnistService.Uploads;

/// <summary>Memory that one upload holds while it is read, in bytes. Files are processed in parts.</summary>
internal static class UploadMemory
{
    private const int BlockBytes = 192 << 10, Buffers = 512 << 10; // text and pixels of one block; pipes, a form, an inflater

    /// <summary>Bytes of one entry in the smallest zip file, and in memory as an object with its name.</summary>
    private const int EntryInFile = 76, EntryInMemory = 400;

    /// <summary>Bytes that one CSV upload takes of the request memory budget: buffers, and the blocks of rows in flight.</summary>
    internal static long OfCsv => Buffers + (long)KaggleCsvFlow.UsualBlocks * BlockBytes;

    /// <summary>Bytes that one zip upload takes of the request memory budget: buffers, its central directory, and one encoded image.</summary>
    internal static long OfZip(long fileBytes, int maxEntries, int maxImageBytes) =>
        Buffers + maxImageBytes + Math.Min(fileBytes / EntryInFile, maxEntries) * EntryInMemory;
}
