using Microsoft.Extensions.Options;
using MnistService.Model.Datasets;
using MnistService.Startup;

namespace MnistService.Datasets;

/// <summary>Loads the training images of a job: MNIST, which is downloaded if it is missing and downloading is enabled, drawn digits, or uploaded data sets.</summary>
internal sealed partial class TrainingData(DatasetStore datasets, IOptions<DataOptions> options, IHttpClientFactory clients, ILogger<TrainingData> log)
{
    /// <summary>
    /// Seed of the shuffle of an uploaded data set. The shuffle is needed because uploads are often sorted by digit and the last images are held out for validation.
    /// The seed is fixed, so that a resumed job gets the same order.
    /// </summary>
    private const long ShuffleSeed = 1;

    /// <summary>Loads the data sets of a job. Blocks, possibly for a download: call this on a dedicated thread.</summary>
    /// <param name="wantsReference">
    /// Whether the promotion rule will compare models on MNIST. If true and downloading is enabled, MNIST is downloaded even if the job does not train on it.
    /// </param>
    /// <param name="cancellation">Cancels a download.</param>
    /// <exception cref="MnistUnavailableException">MNIST is missing and could not be downloaded, or is damaged.</exception>
    /// <exception cref="DataChangedException">The files of an uploaded data set are missing, damaged or changed.</exception>
    internal TrainingImages Load(DataSelection data, bool wantsReference, CancellationToken cancellation)
    {
        var mnist = data.Parts.Any(part => part.Id == BuiltInDatasets.Mnist) ? LoadMnist(cancellation) : null;
        var parts = data.Parts.Select(Load).ToList();
        return new(parts, mnist is null ? FindTestImages(wantsReference && options.Value.Download, cancellation) : mnist.Test);

        LoadedPart Load(DataPart part)
        {
            if (part.Id == BuiltInDatasets.Mnist) return new(part, mnist!.Train, mnist.Sha256);
            if (part.Id == BuiltInDatasets.Strokes)
            {
                var drawn = BuiltInDatasets.DrawStrokes();
                return new(part, drawn, drawn.ComputeSha256());
            }
            var (images, sha256) = datasets.ReadImages(part.Id);
            images.Shuffle(ShuffleSeed);
            return new(part, images, sha256);
        }
    }

    /// <summary>Loads MNIST. Blocks, possibly for a download: call this on a dedicated thread.</summary>
    /// <exception cref="MnistUnavailableException">MNIST is missing and could not be downloaded, or is damaged.</exception>
    internal MnistDataset LoadMnist(CancellationToken cancellation) => MnistDataset.Load(Mnist(options.Value.Download, cancellation));

    /// <summary>
    /// Loads MNIST's test images, on which a model that was not trained on MNIST is evaluated. Returns <c>null</c> if the files are not available.
    /// </summary>
    private LabeledImages? FindTestImages(bool download, CancellationToken cancellation)
    {
        if (!download) return MnistFiles.Find(options.Value.Directory) is null ? null : MnistDataset.LoadTest(Mnist(download: false, cancellation));
        try
        {
            return MnistDataset.LoadTest(Mnist(download: true, cancellation));
        }
        catch (MnistUnavailableException e)
        {
            Log.NoReference(log, e.Message); // the job trains anyway; its model is not promoted, and the decision contains the reason
            return null;
        }
    }

    /// <returns>Folder of MNIST's files; their checksums were verified.</returns>
    private string Mnist(bool download, CancellationToken cancellation)
    {
        using var client = clients.CreateClient(nameof(TrainingData));
        try
        {
            return MnistFiles.EnsureAsync(options.Value.Directory, download, client, new DownloadLog(log), cancellation).GetAwaiter().GetResult();
        }
        catch (MnistUnavailableException e) when (!download && MnistFiles.Find(options.Value.Directory) is null)
        {
            throw new MnistUnavailableException($"{e.Message} Copy the files into the data directory, or set {DataOptions.Section}:Download to true.", e);
        }
    }

    /// <summary>Logs the start and the end of the download of each file.</summary>
    private sealed class DownloadLog(ILogger log) : IProgress<MnistDownloadProgress>
    {
        public void Report(MnistDownloadProgress value) => Log.Downloading(log, value.File, value.Bytes, value.TotalBytes, value.Source);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "MNIST could not be downloaded for the promotion rule: {Reason}")]
        public static partial void NoReference(ILogger log, string reason);

        [LoggerMessage(LogLevel.Information, "Downloading MNIST: {File}, {Bytes} of {TotalBytes} bytes from {Source}")]
        public static partial void Downloading(ILogger log, string file, long bytes, long totalBytes, Uri source);
    }
}

/// <summary>Images of a training job.</summary>
/// <param name="Parts">The data sets of the job. The last images of each are held out for validation.</param>
/// <param name="Test">MNIST's test images; <c>null</c> if they are not available.</param>
internal sealed record TrainingImages(IReadOnlyList<LoadedPart> Parts, LabeledImages? Test);

/// <summary>A data set of a training job with its images.</summary>
/// <param name="Sha256">SHA-256 of the content of the data set, hexadecimal.</param>
internal sealed record LoadedPart(DataPart Part, LabeledImages Images, string Sha256);
