using Microsoft.Extensions.Options;
using MnistService.Http;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;
using MnistService.Startup;

namespace MnistService.Datasets;

/// <summary>MNIST's test images, one by one, to show the mistakes of a model. Loaded by the first request, then kept in memory.</summary>
internal sealed class TestImages(IOptions<DataOptions> data, MnistVerification verification)
{
    /// <summary>Pictures that are answered at a time.</summary>
    internal const int Most = 200;

    private readonly Lock _lock = new();
    private LabelledImages? _images; // 8 MB, kept: responses share its pixels, and reading it again takes 0.1 s

    /// <param name="at">Their places, from 0.</param>
    /// <param name="cancellation">The client has gone.</param>
    /// <exception cref="ProblemException">404: MNIST's files are not there. 422: a place that is none. 500: they are damaged.</exception>
    internal async Task<List<TestImage>> FindAsync(IReadOnlyList<int> at, CancellationToken cancellation)
    {
        if (Volatile.Read(ref _images) is not { } images)
        {
            if (await verification.FindDamagedAsync(MnistVerification.TestFiles, cancellation) is { } damaged) throw Damaged(damaged.Name);
            images = Load();
        }
        if (at.Any(place => place < 0 || place >= images.Count))
            throw new ProblemException(422, "query_invalid", "No such test image", $"at has a number that is not from 0 to {images.Count - 1}.");
        return [.. at.Select(place => new TestImage(place, images.Labels[place], images.Pixels.AsMemory(place * DigitImage.PixelCount, DigitImage.PixelCount)))];
    }

    private LabelledImages Load()
    {
        lock (_lock)
        {
            if (_images is not null) return _images;
            if (MnistFiles.Find(data.Value.Directory) is not { } folder)
                throw new ProblemException(404, "data_unavailable", "MNIST's files are not there", "The first training job fetches them, or put them into the data directory.");
            return _images = ReadTest(folder);
        }
    }

    private static LabelledImages ReadTest(string folder)
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

    private static ProblemException Damaged(string file) => new(500, "data_damaged", "MNIST's files are damaged",
        $"{file} has not its published length and checksum, or cannot be read. Delete it; the next job fetches it again.");
}

/// <summary>A test image.</summary>
/// <param name="Image">Its place, from 0.</param>
/// <param name="Label">The digit that it is.</param>
/// <param name="Pixels">28×28 bytes in row order, 0 = paper, 255 = ink; base64 in JSON.</param>
internal sealed record TestImage(int Image, int Label, ReadOnlyMemory<byte> Pixels);
