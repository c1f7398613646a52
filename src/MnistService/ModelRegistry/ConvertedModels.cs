using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using MnistService.Downloads;
using MnistService.Http;
using MnistService.Model.Files;
using MnistService.Model.Registry;
using MnistService.Model.Weights;
using MnistService.Startup;

namespace MnistService.ModelRegistry;

/// <summary>
/// Cache of the stored models in the download formats <c>.pth</c> and <c>.onnx</c>. A model is converted at its first download, and the file is kept in the
/// data directory for later downloads. Conversions run one at a time, each on a dedicated thread. <see cref="DownloadOptions.MaxCacheBytes"/> limits the cache,
/// and each start of the service clears it.
/// </summary>
internal sealed partial class ConvertedModels(
    ModelStore store, IOptions<DataOptions> data, IOptions<DownloadOptions> options, BackgroundPriority priority, DownloadMetrics metrics,
    ILogger<ConvertedModels> log) : IStartupTask, IDisposable
{
    /// <summary>
    /// Maximum number of attempts per download to convert a model and to open the converted file; then the download is rejected with 429. A single attempt is
    /// not enough, because a small cache can evict the file before it is opened.
    /// </summary>
    private const int Attempts = 3;

    private readonly ConcurrentDictionary<string, Lazy<Task>> _conversions = new(StringComparer.Ordinal); // running conversions, by path of the converted file
    private readonly ConditionalWeakTable<ModelCard, string> _versions = []; // hash of each card; the model store returns the same card object for each request
    private readonly SemaphoreSlim _converting = new(1);

    private long _converted;

    public string Name => "downloads";

    /// <summary>Number of completed conversions since the service started.</summary>
    internal long Conversions => Interlocked.Read(ref _converted);

    private string Folder => Path.Combine(data.Value.Directory, "downloads");

    /// <summary>Clears the cache at startup, because the converted files may be from another version of the service.</summary>
    public void Run()
    {
        try
        {
            if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotDeleted(log, e);
        }
    }

    /// <summary>
    /// Opens the converted file of a model. If the file is not in the cache, converts the model first. Concurrent requests for the same file share one
    /// conversion.
    /// </summary>
    /// <returns>The file, or <c>null</c> if the model was deleted.</returns>
    /// <exception cref="ModelFormatException">The model's files are damaged.</exception>
    /// <exception cref="ProblemException">
    /// 507: the file could not be stored. 429: on each of three attempts, the file was evicted before it could be opened.
    /// </exception>
    internal async Task<FileStream?> OpenAsync(ModelCard card, ModelFileFormat format, CancellationToken cancellation)
    {
        var path = PathOf(card, format);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (DownloadFile.TryOpen(path) is { } file) return file;
            try
            {
                await ConvertOnce(path, card, format).WaitAsync(cancellation);
            }
            catch (ModelFormatException) when (IsGone(card.Id))
            {
                return null;
            }
            if (IsGone(card.Id)) return null;
        }
        throw DownloadProblems.BusyException(options.Value.MaxConcurrent);
    }

    /// <summary>Deletes the converted files of a deleted model. An I/O error is logged and not thrown.</summary>
    internal void Remove(string model)
    {
        try
        {
            if (!Directory.Exists(Folder)) return;
            foreach (var file in Directory.EnumerateFiles(Folder, $"{model}.*"))
                // A running conversion deletes its own temporary file.
                if (!file.EndsWith(AtomicFile.TemporaryEnding, StringComparison.Ordinal)) File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotDeleted(log, e);
        }
    }

    public void Dispose() => _converting.Dispose();

    /// <summary>
    /// Returns the path of a converted file. The file name contains a hash of the model card, so that a model is converted again if its card has changed.
    /// </summary>
    private string PathOf(ModelCard card, ModelFileFormat format) => Path.Combine(Folder, $"{card.Id}.{_versions.GetValue(card, VersionOf)}{format.Extension}");

    private static string VersionOf(ModelCard card) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(card, ModelJson.Options)))[..16];

    private Task ConvertOnce(string path, ModelCard card, ModelFileFormat format) =>
        _conversions.GetOrAdd(path, _ => new(() => ConvertAsync(path, card, format))).Value;

    /// <summary>
    /// Waits until no other conversion runs, then converts the model. A client that disconnects does not cancel the conversion, because other clients may wait
    /// for the same file.
    /// </summary>
    private async Task ConvertAsync(string path, ModelCard card, ModelFileFormat format)
    {
        await _converting.WaitAsync();
        try
        {
            await Task.Factory.StartNew(() => ConvertNow(path, card, format), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _converting.Release();
            _conversions.TryRemove(path, out _);
        }
    }

    private void ConvertNow(string path, ModelCard card, ModelFileFormat format)
    {
        priority.Apply();
        if (File.Exists(path)) return; // another request has converted the model in the meantime
        var bytes = format.Convert(card, store.ReadWeights(card));
        try
        {
            AtomicFile.MakeDirectory(Folder);
            AtomicFile.Replace(path, bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotStored(log, e, card.Id);
            throw ModelProblems.NotConverted.Exception();
        }
        Interlocked.Increment(ref _converted);
        metrics.Converted();
        if (IsGone(card.Id)) Remove(card.Id); // the model was deleted during the conversion, possibly after Remove had listed the files
        Trim(path);
    }

    /// <summary>
    /// Deletes the oldest files until the cache is within <see cref="DownloadOptions.MaxCacheBytes"/>. Never deletes the file <paramref name="newest"/>.
    /// </summary>
    private void Trim(string newest)
    {
        try
        {
            long bytes = 0;
            var files = new DirectoryInfo(Folder).EnumerateFiles().OrderByDescending(file => file.FullName == newest).ThenByDescending(file => file.LastWriteTimeUtc);
            foreach (var file in files.ToList())
            {
                bytes += file.Length;
                if (bytes > options.Value.MaxCacheBytes && file.FullName != newest) file.Delete();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotDeleted(log, e);
        }
    }

    /// <summary>Returns whether the model was deleted. A model whose card is damaged still exists.</summary>
    private bool IsGone(string id)
    {
        try
        {
            return store.Find(id) is null;
        }
        catch (ModelFormatException)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Converted model files in the folder 'downloads' of the data directory could not be deleted and continue to use disk space. "
            + "Check the permissions of the folder; the exception has the cause")]
        public static partial void NotDeleted(ILogger log, Exception exception);

        [LoggerMessage(LogLevel.Error, "The converted file of model {Model} could not be stored in the folder 'downloads' of the data directory. "
            + "Free disk space or correct the permissions")]
        public static partial void NotStored(ILogger log, Exception exception, string model);
    }
}
