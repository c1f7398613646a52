using Microsoft.Extensions.Options;
using MnistService.Http;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;
using MnistService.Startup;

namespace MnistService.Datasets;

/// <summary>
/// Returns selected test images of MNIST, so that clients can show the mistakes of a model. The first request loads all 10,000 images, which then stay in
/// memory.
/// </summary>
internal sealed class TestImages(IOptions<DataOptions> data, MnistVerification verification)
{
    /// <summary>Maximum number of test images that a request can ask for; a request for more is rejected with 422.</summary>
    internal const int Most = 200;

    private readonly Lock _lock = new();
    private LabeledImages? _images; // 8 MB; stays in memory, because responses reference the pixels and loading takes 0.1 s

    /// <summary>Returns the test images with these indexes, in the same order.</summary>
    /// <param name="at">Indexes of the images, from 0.</param>
    /// <param name="cancellation">Canceled when the client disconnects.</param>
    /// <exception cref="ProblemException">404: MNIST's files are missing. 422: an index is out of range. 500: the files are damaged.</exception>
    internal async Task<List<TestImage>> FindAsync(IReadOnlyList<int> at, CancellationToken cancellation)
    {
        if (Volatile.Read(ref _images) is not { } images)
        {
            if (await verification.FindDamagedAsync(MnistVerification.TestFiles, cancellation) is { } damaged) throw Damaged(damaged.Name);
            images = Load();
        }
        foreach (var place in at)
            if (place < 0 || place >= images.Count) throw DatasetProblems.TestImageOutOfRange.Exception(place, images.Count - 1);
        return [.. at.Select(place => new TestImage(place, images.Labels[place], images.Pixels.AsMemory(place * DigitImage.PixelCount, DigitImage.PixelCount)))];
    }

    private LabeledImages Load()
    {
        lock (_lock)
        {
            if (_images is not null) return _images;
            if (MnistFiles.Find(data.Value.Directory) is not { } folder)
                throw DatasetProblems.DataMissing.Exception();
            return _images = ReadTest(folder);
        }
    }

    private static LabeledImages ReadTest(string folder)
    {
        try
        {
            return MnistDataset.LoadTest(folder);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw Damaged(MnistFiles.TestImages.Name);
        }
    }

    private static ProblemException Damaged(string file) => DatasetProblems.DataDamaged.Exception(file);
}

/// <summary>A test image of MNIST.</summary>
/// <param name="Image">Index in the test images, from 0.</param>
/// <param name="Label">Digit that the image shows, from MNIST's labels.</param>
/// <param name="Pixels">28×28 pixels in row-major order, 0 = paper, 255 = ink; base64 in JSON.</param>
internal sealed record TestImage(int Image, int Label, ReadOnlyMemory<byte> Pixels);
