using MnistService.Datasets.LabelChecks;
using MnistService.Model.Datasets;
using MnistService.Model.Handwriting.Strokes;

namespace MnistService.Datasets;

/// <summary>The built-in data sets as entries of the data set list.</summary>
internal static class BuiltInDatasets
{
    /// <summary>Ids of the built-in data sets.</summary>
    internal const string Mnist = "mnist", Strokes = "strokes";

    /// <summary>The data of a job that names none.</summary>
    internal static IReadOnlyList<string> Default { get; } = [Mnist, Strokes];

    // These values are constant, because MNIST's files are used only if they match the published checksums.
    internal const int MnistImages = 60_000;
    private const string MnistSha256 = "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16";
    private static readonly int[] MnistLabels = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949];

    private const int StrokeImages = 20_000;
    private const string StrokeSha256 = "95c0f84f34255ec4d7224491f58713897141c66692563a653c040320ce99e4af";
    private const long StrokeSeed = 1;
    private static readonly int[] StrokeLabels = [.. Enumerable.Repeat(StrokeImages / 10, 10)];

    /// <summary>Number of images of <see cref="DrawHeldOutStrokes"/>.</summary>
    private const int HeldOutStrokes = 20_000;

    // Kept until a garbage collection frees them. No lock is held while they are drawn, because a training thread with idle priority may draw them; two threads draw the same images.
    private static readonly WeakReference<LabeledImages?> Training = new(null), HeldOut = new(null);
    private static string _heldOutSha256 = "2e7cde1e02be6bd6bc7fbef04b28313adf86e6d4dbefe3c9f141310e25acafa2";

    /// <summary>
    /// SHA-256 of <see cref="DrawHeldOutStrokes"/>, hexadecimal. On a processor whose arithmetic differs, it is the checksum of what was drawn, so that models are always compared
    /// on the same images.
    /// </summary>
    internal static string HeldOutStrokesSha256 => Volatile.Read(ref _heldOutSha256);

    /// <summary>Returns the images of the strokes. The first call draws them on the calling thread, which takes two seconds. The caller must not change them.</summary>
    internal static LabeledImages DrawStrokes() => Find(Training) ?? Keep(Training, StrokeDigits.Draw(StrokeImages, StrokeSeed, threads: 1));

    /// <summary>Returns the images of the strokes if they were drawn and are still in memory; otherwise <c>null</c>.</summary>
    internal static LabeledImages? FindStrokes() => Find(Training);

    /// <summary>
    /// Returns strokes in styles that <see cref="DrawStrokes"/> does not use. The first call draws them on the calling thread, which takes half a second. The caller must not
    /// change them.
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
