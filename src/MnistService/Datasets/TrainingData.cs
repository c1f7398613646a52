using Microsoft.Extensions.Options;
using MnistService.Model.Datasets;
using MnistService.Startup;

namespace MnistService.Datasets;

/// <summary>The pictures of a job, read when it needs them: MNIST, fetched first when absent and allowed, or an uploaded set.</summary>
internal sealed partial class TrainingData(DatasetStore datasets, IOptions<DataOptions> options, IHttpClientFactory clients, ILogger<TrainingData> log)
{
    /// <summary>The last part is held out, and an upload is often sorted by digit. Always the same order, so that a resumed job finds what it left.</summary>
    private const long ShuffleSeed = 1;

    /// <summary>Runs on the training thread, which may wait for a download.</summary>
    /// <param name="id">The data set's id.</param>
    /// <param name="wantsReference">Whether the promotion rule will compare on MNIST: then MNIST is fetched for an uploaded set too, if it can be.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="MnistUnavailableException">MNIST is not there and could not be fetched, or is damaged.</exception>
    /// <exception cref="DataChangedException">The uploaded set is not what it was.</exception>
    internal TrainingPictures Load(string id, bool wantsReference, CancellationToken cancellation)
    {
        if (id == BuiltInDataset.Id)
        {
            var mnist = MnistDataset.Load(Mnist(options.Value.Download, cancellation));
            return new(mnist.Train, mnist.Test, mnist.Sha256);
        }
        var (images, sha256) = datasets.ReadImages(id);
        images.Shuffle(ShuffleSeed);
        return new(images, FindTestImages(wantsReference && options.Value.Download, cancellation), sha256);
    }

    /// <summary>An uploaded set has no test images; MNIST's are the common measure where they are available.</summary>
    private LabelledImages? FindTestImages(bool download, CancellationToken cancellation)
    {
        if (!download) return MnistFiles.Find(options.Value.Directory) is null ? null : MnistDataset.LoadTest(Mnist(download: false, cancellation));
        try
        {
            return MnistDataset.LoadTest(Mnist(download: true, cancellation));
        }
        catch (MnistUnavailableException e)
        {
            Log.NoReference(log, e.Message); // the job trains; its model is not promoted, and the decision says why
            return null;
        }
    }

    /// <returns>The folder with MNIST's files, whose checksums are right.</returns>
    private string Mnist(bool download, CancellationToken cancellation)
    {
        using var client = clients.CreateClient(nameof(TrainingData));
        return MnistFiles.EnsureAsync(options.Value.Directory, download, client, new DownloadLog(log), cancellation).GetAwaiter().GetResult();
    }

    /// <summary>One line when a file begins to arrive and when it is there.</summary>
    private sealed class DownloadLog(ILogger log) : IProgress<MnistDownloadProgress>
    {
        public void Report(MnistDownloadProgress value) => Log.Downloading(log, value.File, value.Bytes, value.TotalBytes, value.Source);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "MNIST could not be fetched for the promotion rule: {Reason}")]
        public static partial void NoReference(ILogger log, string reason);

        [LoggerMessage(LogLevel.Information, "Downloading MNIST: {File}, {Bytes} of {TotalBytes} bytes from {Source}")]
        public static partial void Downloading(ILogger log, string file, long bytes, long totalBytes, Uri source);
    }
}
