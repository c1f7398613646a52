using Microsoft.Extensions.Options;
using MnistService.Hosting;
using MnistService.Model.Data;

namespace MnistService.Training;

/// <summary>MNIST, read from the data directory when a job needs it, and fetched there first when absent and allowed.</summary>
internal sealed partial class TrainingData(IOptions<DataOptions> options, IHttpClientFactory clients, ILogger<TrainingData> log)
{
    /// <summary>Runs on the training thread, which may wait for a download.</summary>
    /// <exception cref="MnistUnavailableException">It is not there and could not be fetched.</exception>
    internal MnistDataset Load(CancellationToken cancellation)
    {
        using var client = clients.CreateClient(nameof(TrainingData));
        var progress = new DownloadLog(log);
        var directory = MnistFiles.EnsureAsync(options.Value.Directory, options.Value.Download, client, progress, cancellation).GetAwaiter().GetResult();
        return MnistDataset.Load(directory);
    }

    /// <summary>One line when a file begins to arrive and when it is there.</summary>
    private sealed class DownloadLog(ILogger log) : IProgress<MnistDownloadProgress>
    {
        public void Report(MnistDownloadProgress value) => Log.Downloading(log, value.File, value.Bytes, value.TotalBytes, value.Source);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Downloading MNIST: {File}, {Bytes} of {TotalBytes} bytes from {Source}")]
        public static partial void Downloading(ILogger log, string file, long bytes, long totalBytes, Uri source);
    }
}
