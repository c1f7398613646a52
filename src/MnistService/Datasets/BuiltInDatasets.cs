using MnistService.Datasets.LabelChecks;
using MnistService.Model.Datasets;
using MnistService.Model.Handwriting.Strokes;

namespace MnistService.Datasets;

/// <summary>Metadata of the built-in data sets (MNIST and strokes), and the images of the strokes, which the service draws.</summary>
internal static class BuiltInDatasets
{
    /// <summary>Id of the data set MNIST.</summary>
    internal const string Mnist = "mnist";

    /// <summary>Id of the data set of digits that the service draws from random pen strokes.</summary>
    internal const string Strokes = "strokes";

    /// <summary>Ids of the data sets that a training job uses if its request names no data set.</summary>
    internal static IReadOnlyList<string> Default { get; } = [Mnist, Strokes];

    // Properties of MNIST's training images. They are constants, because the service uses MNIST's files only if the files match the published checksums.
    internal const int MnistImages = 60_000;
    private const string MnistSha256 = "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16";
    private static readonly int[] MnistLabels = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949];

    private const int StrokeImages = 12_000;
    private const string StrokeSha256 = "4236a97f20682ceabebec062ffd7e0828b8275fbe6cf7f8046d929f6670874a6";
    private const long StrokeSeed = 1;
    private static readonly int[] StrokeLabels = [.. Enumerable.Repeat(StrokeImages / 10, 10)];

    /// <summary>Number of images that <see cref="DrawHeldOutStrokes"/> returns.</summary>
    private const int HeldOutStrokes = 20_000;

    // The drawn images, until a garbage collection frees them; the next call then draws the same images again. No lock is held during drawing, because a
    // training thread with idle priority would block other threads. If two threads draw at the same time, both get the same images.
    private static readonly WeakReference<LabeledImages?> Training = new(null), HeldOut = new(null);
    private static string _heldOutSha256 = "53e1d63eed00401fd42a2f3749fb8191aeced04b8ab6bfe1104e3f662c2fac4b";

    /// <summary>
    /// SHA-256 of the images of <see cref="DrawHeldOutStrokes"/>, hexadecimal. Until the images are drawn, the value is a constant. After drawing, it is the
    /// checksum of the drawn images. The two differ if the processor's floating-point arithmetic gives other results; predictions that were stored for other
    /// images are then ignored.
    /// </summary>
    internal static string HeldOutStrokesSha256 => Volatile.Read(ref _heldOutSha256);

    /// <summary>
    /// Returns the images of the data set <c>strokes</c>. If the images are not in memory, they are drawn on the calling thread, which takes a second. The
    /// caller must not change the images.
    /// </summary>
    internal static LabeledImages DrawStrokes() => Find(Training) ?? Keep(Training, StrokeDigits.Draw(StrokeImages, StrokeSeed, threads: 1));

    /// <summary>Returns the images of <see cref="DrawStrokes"/> if they are in memory; otherwise <c>null</c>.</summary>
    internal static LabeledImages? FindStrokes() => Find(Training);

    /// <summary>
    /// Returns digits for the comparison of models, drawn from templates that <see cref="DrawStrokes"/> does not use. If the images are not in memory, they are
    /// drawn on the calling thread, which takes half a second. The caller must not change the images.
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
