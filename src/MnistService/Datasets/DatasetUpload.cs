using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Options;
using MnistService.Connections.Memory;
using MnistService.Datasets.LabelChecks;
using MnistService.Http;
using MnistService.Model.Datasets;
using MnistService.Model.Files;
using MnistService.Model.Registry;
using MnistService.Predict;
using MnistService.Predict.Decoding;
using MnistService.Startup;
using MnistService.Storage;
using MnistService.Uploads;

namespace MnistService.Datasets;

/// <summary>
/// Handles the upload of a data set. A CSV is parsed as it arrives. A zip is first written to a temporary file, because its central directory is at its end. A
/// rejected upload leaves no files.
/// </summary>
internal sealed class DatasetUpload(
    DatasetStore store, DatasetStorage storage, LabelChecker checker, RequestMemoryBudget memory, IOptions<DatasetOptions> options, IOptions<PredictOptions> pictures,
    [FromKeyedServices(DatasetUpload.ZipBitmaps)] BitmapMemory bitmaps, BackgroundPriority priority, TimeProvider time) : IDisposable
{
    /// <summary>
    /// Dependency-injection key of the <see cref="BitmapMemory"/> that limits the memory of bitmaps decoded from zip files. Predictions use another
    /// <see cref="BitmapMemory"/>, so that a prediction does not wait for memory that a decoding thread with idle priority holds.
    /// </summary>
    internal const string ZipBitmaps = "zip";

    private const int LongestStart = 16;

    // At most 4 uploads at a time, because each upload can occupy one processor, and disk space for its file and its images.
    private readonly UploadLimiter _uploads = new(4, DatasetProblems.UploadsBusy);
    private const int BufferBytes = 64 << 10;

    private static readonly SearchValues<byte> Text = SearchValues.Create([.. "\t\r\n"u8, .. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (byte)c)]);

    /// <summary>Reads, checks and stores an upload.</summary>
    /// <param name="request">The body, or the file of a form, is a labeled CSV or a zip of images.</param>
    /// <param name="name">Display name; <c>null</c> for a default name that states the digits in the data set and the time of the upload.</param>
    /// <param name="aborted">Canceled when the client disconnects.</param>
    /// <exception cref="CsvException">The CSV is invalid.</exception>
    /// <exception cref="ProblemException">The upload was rejected or could not be stored.</exception>
    /// <exception cref="StorageFullException">The data set does not fit into the storage quota.</exception>
    internal async Task<DatasetSummary> TakeAsync(HttpRequest request, string? name, CancellationToken aborted)
    {
        using var lease = memory.Begin(request);
        using var slot = await _uploads.TakeAsync(request.HttpContext, lease);
        storage.Quota.ThrowIfFull();
        await lease.GrowAsync(UploadMemory.OfCsv);
        var limits = options.Value;
        await using var file = await UploadedFile.OpenAsync(request, limits.MaxBytes, "a labeled CSV or a zip file of images",
            () => DatasetProblems.TooLarge.Exception($"The file has more than {limits.MaxBytes} bytes ({DatasetOptions.Section}:MaxBytes). "
                + "Upload a smaller file, or raise the limit."), lease, aborted);
        var body = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: BufferBytes));
        var source = Recognize(await UploadedFile.PeekAsync(body, LongestStart, aborted));
        await using var content = body.AsStream();

        var id = SortableId.New(time);
        using var reservation = storage.Quota.Begin(id);
        using var images = store.Begin(id);
        images.OnGrow = reservation.Grow;
        if (source == DatasetSource.Csv) await DatasetCsv.ReadAsync(content, limits.MaxImages, images, aborted);
        else await ReadZipAsync(content, images, lease, aborted);
        if (images.Count == 0) throw DatasetProblems.TooSmall.Exception();
        var (check, suspicious) = await checker.CheckAsync(images, aborted); // the images file is still temporary: if the check throws, the file is deleted
        reservation.Claim(images.Bytes);
        var summary = await store.AddAsync(id, name ?? DefaultName.OfDataset(images.LabelCounts, time.GetUtcNow()), time.GetUtcNow(), source, images, check, suspicious);
        reservation.Commit();
        return summary;
    }

    public void Dispose() => _uploads.Dispose();

    /// <summary>
    /// Detects the format of an upload from its first bytes. The declared content type is ignored. Any text is treated as a CSV, so that the CSV reader reports
    /// what is wrong with it.
    /// </summary>
    private static DatasetSource Recognize(ReadOnlySpan<byte> start)
    {
        if (start is [(byte)'P', (byte)'K', ..]) return DatasetSource.Zip;
        var utf16 = start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, not 0, ..] or [not 0, 0, ..];
        if (utf16 || start.StartsWith<byte>([0xEF, 0xBB, 0xBF]) || start.IndexOfAnyExcept(Text) < 0) return DatasetSource.Csv;
        throw DatasetProblems.TypeUnsupported.Exception(Convert.ToHexString(start));
    }

    private async Task ReadZipAsync(Stream content, LabeledImagesWriter images, MemoryLease lease, CancellationToken aborted)
    {
        await using var spool = Storing.Do(store.OpenSpool);
        var buffer = new byte[BufferBytes];
        while (await content.ReadAsync(buffer, aborted) is var read and > 0)
            Storing.Do(() => spool.Write(buffer, 0, read));
        Storing.Do(() => spool.Flush());
        await lease.GrowAsync(UploadMemory.OfZip(spool.Length, options.Value.MaxZipEntries, largestImageBytes: 0));
        var zip = new DatasetZip(options.Value, pictures.Value, bitmaps, time);
        var entries = zip.ReadEntries(spool);
        await lease.GrowAsync(UploadMemory.OfZip(spool.Length, options.Value.MaxZipEntries, entries.Count == 0 ? 0 : entries.Max(each => each.Entry.Bytes)));
        // Decoding thousands of images takes seconds, so this runs on a dedicated thread instead of a thread of the thread pool.
        await Task.Factory.StartNew(() =>
            {
                priority.Apply();
                zip.Read(spool, entries, images, aborted);
            },
            aborted, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }
}
