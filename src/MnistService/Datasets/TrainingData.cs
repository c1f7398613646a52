using Microsoft.Extensions.Options;
using MnistService.Model.Datasets;
using MnistService.Startup;

namespace MnistService.Datasets;

/// <summary>
/// Loads the images of a training job: from MNIST, from the built-in data set <c>strokes</c> (digits that the service draws), and from uploaded data sets.
/// MNIST is downloaded if its files are missing and downloading is enabled.
/// </summary>
internal sealed partial class TrainingData(DatasetStore datasets, IOptions<DataOptions> options, IHttpClientFactory clients, ILogger<TrainingData> log)
{
    /// <summary>
    /// Seed of the shuffle of an uploaded data set. The shuffle is needed because uploads are often sorted by digit and the last images are held out for
    /// validation. The seed is fixed, so that a resumed job gets the same order.
    /// </summary>
    private const long ShuffleSeed = 1;

    /// <summary>Loads the data sets of a job. Blocks the calling thread, possibly for a download, so call this method on a dedicated thread.</summary>
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

    /// <summary>Loads MNIST. Blocks the calling thread, possibly for a download, so call this method on a dedicated thread.</summary>
    /// <exception cref="MnistUnavailableException">MNIST is missing and could not be downloaded, or is damaged.</exception>
    internal MnistDataset LoadMnist(CancellationToken cancellation) => MnistDataset.Load(Mnist(options.Value.Download, cancellation));

    /// <summary>Loads MNIST's test images for a job that does not train on MNIST, to evaluate its model.</summary>
    /// <param name="download">Whether to download missing files.</param>
    /// <param name="cancellation">Cancels the download.</param>
    /// <returns>
    /// Without downloading: <c>null</c> if the files are missing or have other lengths than the published ones. With downloading: <c>null</c> if the download
    /// fails or the files are damaged.
    /// </returns>
    /// <exception cref="MnistUnavailableException">A file has a wrong checksum, and <paramref name="download"/> is <c>false</c>.</exception>
    private LabeledImages? FindTestImages(bool download, CancellationToken cancellation)
    {
        if (!download) return MnistFiles.Find(options.Value.Directory) is null ? null : MnistDataset.LoadTest(Mnist(download: false, cancellation));
        try
        {
            return MnistDataset.LoadTest(Mnist(download: true, cancellation));
        }
        catch (MnistUnavailableException e)
        {
            Log.NoReference(log, e.Message); // the job continues; the promotion rule then rejects its model and states the reason
            return null;
        }
    }

    /// <returns>Folder with MNIST's four files, whose checksums were verified.</returns>
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

    /// <summary>Logs the download of each file: at its start, after every megabyte, and at its end.</summary>
    private sealed class DownloadLog(ILogger log) : IProgress<MnistDownloadProgress>
    {
        public void Report(MnistDownloadProgress value) => Log.Downloading(log, value.File, value.Bytes, value.TotalBytes, value.Source);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning,
            "MNIST is not available: {Reason} The job continues without MNIST's test images, "
            + "and the promotion rule cannot compare the job's model with other models")]
        public static partial void NoReference(ILogger log, string reason);

        [LoggerMessage(LogLevel.Information, "Downloading MNIST: {File}, {Bytes} of {TotalBytes} bytes from {Source}")]
        public static partial void Downloading(ILogger log, string file, long bytes, long totalBytes, Uri source);
    }
}

/// <summary>Images of a training job, before some of them are held out for validation.</summary>
/// <param name="Parts">The data sets of the job, in the order in which the job lists them.</param>
/// <param name="Test">MNIST's test images; <c>null</c> if they are not available.</param>
internal sealed record TrainingImages(IReadOnlyList<LoadedPart> Parts, LabeledImages? Test);

/// <summary>A data set of a training job with its images.</summary>
/// <param name="Sha256">SHA-256 of the content of the data set, hexadecimal.</param>
internal sealed record LoadedPart(DataPart Part, LabeledImages Images, string Sha256);
