using Microsoft.Extensions.Options;
using MnistService.Http;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;
using MnistService.Startup;

namespace MnistService.Datasets;

/// <summary>
/// Returns the images of a data set in pages. The images of an uploaded data set are read from its file. The images of a built-in data set are loaded (MNIST)
/// or drawn (strokes) on first use and cached by a weak reference.
/// </summary>
internal sealed class DatasetImages(DatasetStore store, IOptions<DataOptions> data, MnistVerification verification) : IDisposable
{
    private readonly SemaphoreSlim _loading = new(1); // loading MNIST takes 47 MB of memory, so only one request at a time loads or draws images
    private readonly WeakReference<LabeledImages?> _mnist = new(null);

    /// <summary>Returns one page of the images of a data set.</summary>
    /// <param name="id">Id of the data set.</param>
    /// <param name="label">Digit to filter by; <c>null</c> for all images.</param>
    /// <param name="page">Page number, from 1.</param>
    /// <param name="pageSize">Maximum number of images per page.</param>
    /// <param name="cancellation">Canceled when the client disconnects.</param>
    /// <returns>The page; <c>null</c> if the data set does not exist.</returns>
    /// <exception cref="ProblemException">404: MNIST's files are missing. 500: the files with the images are damaged or cannot be read.</exception>
    internal async Task<DatasetImagePage?> FindAsync(string id, int? label, int page, int pageSize, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, cancellation) is not { } set) return null;
        if (set.BuiltIn)
        {
            var images = await LoadAsync(id, cancellation);
            return PageOf(images.Labels, indexes => [.. indexes.Select(index => images.Pixels.AsSpan(index * DigitImage.PixelCount, DigitImage.PixelCount).ToArray())]);
        }
        try
        {
            var path = store.PathOf(id);
            return PageOf(LabeledImagesFile.ReadLabels(path), indexes => LabeledImagesFile.ReadImages(path, indexes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            if (await store.FindAsync(id, cancellation) is null) return null; // the data set was deleted during this request
            throw DatasetProblems.Damaged.Exception();
        }

        DatasetImagePage PageOf(byte[] labels, Func<IReadOnlyList<int>, IReadOnlyList<byte[]>> read)
        {
            var matching = Enumerable.Range(0, labels.Length).Where(index => label is null || labels[index] == label).ToList();
            var indexes = matching.Skip((int)Math.Min((page - 1L) * pageSize, matching.Count)).Take(pageSize).ToList();
            return new(page, pageSize, matching.Count, [.. indexes.Zip(read(indexes), (index, image) => new DatasetImage(index, labels[index], image))]);
        }
    }

    public void Dispose() => _loading.Dispose();

    private async Task<LabeledImages> LoadAsync(string id, CancellationToken cancellation)
    {
        if (FindKept(id) is { } kept) return kept;
        await _loading.WaitAsync(cancellation);
        try
        {
            if (id == BuiltInDatasets.Mnist && await verification.FindDamagedAsync(MnistVerification.TrainingFiles, cancellation) is { } damaged)
                throw DatasetProblems.DataDamaged.Exception(damaged.Name);
            // Loading or drawing the images takes half a second or more, so it runs on a dedicated thread instead of a thread of the thread pool.
            return await Task.Factory.StartNew(() => id == BuiltInDatasets.Strokes ? BuiltInDatasets.DrawStrokes() : LoadMnist(), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _loading.Release();
        }
    }

    private LabeledImages? FindKept(string id)
    {
        if (id == BuiltInDatasets.Strokes) return BuiltInDatasets.FindStrokes();
        lock (_mnist) return _mnist.TryGetTarget(out var kept) ? kept : null;
    }

    private LabeledImages LoadMnist()
    {
        if (FindKept(BuiltInDatasets.Mnist) is { } kept) return kept; // another request loaded the images while this request waited
        if (MnistFiles.Find(data.Value.Directory) is not { } folder) throw DatasetProblems.DataMissing.Exception();
        try
        {
            var images = MnistDataset.LoadTraining(folder);
            lock (_mnist) _mnist.SetTarget(images);
            return images;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw DatasetProblems.DataDamaged.Exception(MnistFiles.TrainImages.Name);
        }
    }
}

/// <summary>One page of the images of a data set.</summary>
/// <param name="Page">Page number, from 1.</param>
/// <param name="PageSize">Maximum number of images per page.</param>
/// <param name="Total">Number of images on all pages.</param>
/// <param name="Images">Images of this page, in the order of the data set.</param>
internal sealed record DatasetImagePage(int Page, int PageSize, int Total, IReadOnlyList<DatasetImage> Images);

/// <summary>An image of a data set.</summary>
/// <param name="Index">Index in the data set, from 0.</param>
/// <param name="Label">Digit that the image is labeled with, 0 to 9.</param>
/// <param name="Image">28×28 pixels in row-major order, 0 = paper, 255 = ink; base64 in JSON.</param>
internal sealed record DatasetImage(int Index, int Label, byte[] Image);
