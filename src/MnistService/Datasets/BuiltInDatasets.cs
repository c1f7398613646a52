using MnistService.Datasets.LabelChecks;
using MnistService.Model.Datasets;
using MnistService.Model.Handwriting.Strokes;

namespace MnistService.Datasets;

/// <summary>Metadata of the built-in data sets <c>mnist</c> and <c>strokes</c>. Also draws the images of <c>strokes</c>.</summary>
internal static class BuiltInDatasets
{
    /// <summary>Id of the built-in data set that consists of MNIST's training images.</summary>
    internal const string Mnist = "mnist";

    /// <summary>Id of the built-in data set of digits that the service draws from random pen strokes.</summary>
    internal const string Strokes = "strokes";

    /// <summary>Ids of the data sets that a training job uses if its request names no data set.</summary>
    internal static IReadOnlyList<string> Default { get; } = [Mnist, Strokes];

    // The properties of MNIST's training images are constants, because the service rejects MNIST files that do not match their published checksums.
    /// <summary>Number of MNIST's training images.</summary>
    internal const int MnistImages = 60_000;

    /// <summary>SHA-256 of the pixels of MNIST's training images followed by the labels, hexadecimal.</summary>
    private const string MnistSha256 = "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16";

    /// <summary>Number of MNIST's training images per digit, 0 to 9; 10 elements.</summary>
    private static readonly int[] MnistLabels = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949];

    private const int StrokeImages = 12_000;
    private const string StrokeSha256 = "4236a97f20682ceabebec062ffd7e0828b8275fbe6cf7f8046d929f6670874a6";
    private const long StrokeSeed = 1;
    private static readonly int[] StrokeLabels = [.. Enumerable.Repeat(StrokeImages / 10, 10)];

    /// <summary>
    /// Number of images that <see cref="DrawHeldOutStrokes"/> returns. The promotion rule compares models on these images. With only 5,000 images, the upper
    /// confidence bound of the accuracy loss could exceed the permitted 0.2 percentage points by chance, even for two equally good models (decision 0021).
    /// </summary>
    private const int HeldOutStrokes = 20_000;

    // Caches of the drawn images. If a garbage collection has freed the images, the service draws the same images again when they are needed. No lock is held
    // during drawing, because other threads would have to wait for a training thread with idle priority. Two threads that draw concurrently get equal images.
    private static readonly WeakReference<LabeledImages?> Training = new(null), HeldOut = new(null);
    private static string _heldOutSha256 = "53e1d63eed00401fd42a2f3749fb8191aeced04b8ab6bfe1104e3f662c2fac4b";

    /// <summary>
    /// SHA-256 of the images of <see cref="DrawHeldOutStrokes"/>, hexadecimal. Before the images are first drawn, the value is a precomputed constant.
    /// Afterward, it is the checksum of the drawn images, which differs if this processor's floating-point arithmetic gives other results. Predictions that
    /// were stored for images with another checksum are ignored.
    /// </summary>
    internal static string HeldOutStrokesSha256 => Volatile.Read(ref _heldOutSha256);

    /// <summary>
    /// Returns the images of the data set <c>strokes</c>. If the images are not in memory, they are drawn on the calling thread, which takes about a second.
    /// The caller must not change the images.
    /// </summary>
    internal static LabeledImages DrawStrokes() => Find(Training) ?? Keep(Training, StrokeDigits.Draw(StrokeImages, StrokeSeed, threads: 1));

    /// <summary>Returns the images of <see cref="DrawStrokes"/> if they are in memory; otherwise <c>null</c>.</summary>
    internal static LabeledImages? FindStrokes() => Find(Training);

    /// <summary>
    /// Returns drawn digits on which the promotion rule compares models. The digits are drawn from fixed glyphs that <see cref="DrawStrokes"/> does not use. If
    /// the images are not in memory, they are drawn on the calling thread, which takes about half a second. The caller must not change the images.
    /// </summary>
    internal static LabeledImages DrawHeldOutStrokes()
    {
        if (Find(HeldOut) is { } kept) return kept;
        var drawn = StrokeDigits.DrawHeldOut(HeldOutStrokes, StrokeSeed, threads: 1);
        Volatile.Write(ref _heldOutSha256, drawn.ComputeSha256());
        return Keep(HeldOut, drawn);
    }

    private static LabeledImages? Find(WeakReference<LabeledImages?> kept)
    {
        lock (kept) return kept.TryGetTarget(out var images) ? images : null;
    }

    private static LabeledImages Keep(WeakReference<LabeledImages?> kept, LabeledImages images)
    {
        lock (kept) kept.SetTarget(images);
        return images;
    }

    /// <summary>Returns the metadata of MNIST. The label counts and the checksum are <c>null</c> unless MNIST's files are available.</summary>
    /// <param name="state">Result of the verification of MNIST's files.</param>
    internal static DatasetSummary DescribeMnist(DatasetState state)
    {
        var available = state == DatasetState.Available;
        return new(Mnist, "MNIST", CreatedAt: null, DatasetSource.Idx, MnistImages, available ? MnistLabels : null, available ? MnistSha256 : null, BuiltIn: true, state,
            Suspicious: null, LabelCheckText.BuiltIn);
    }

    internal static DatasetSummary DescribeStrokes() => new(
        Strokes, "Strokes", CreatedAt: null, DatasetSource.Drawn, StrokeImages, StrokeLabels, StrokeSha256, BuiltIn: true, DatasetState.Available, Suspicious: null, LabelCheckText.BuiltIn);
}
