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

    /// <summary>Number of images and checksum of <see cref="DrawHeldOutStrokes"/>.</summary>
    internal const int HeldOutStrokes = 20_000;
    internal const string HeldOutStrokesSha256 = "2e7cde1e02be6bd6bc7fbef04b28313adf86e6d4dbefe3c9f141310e25acafa2";

    private static readonly WeakReference<LabeledImages?> HeldOut = new(null);

    /// <summary>Draws the images of the strokes, which takes about a second.</summary>
    internal static LabeledImages DrawStrokes() => StrokeDigits.Draw(StrokeImages, StrokeSeed);

    /// <summary>Returns strokes in styles that <see cref="DrawStrokes"/> does not use. Drawing them takes half a second. The caller must not change them.</summary>
    internal static LabeledImages DrawHeldOutStrokes()
    {
        lock (HeldOut)
        {
            if (HeldOut.TryGetTarget(out var kept) && kept is not null) return kept;
            var drawn = StrokeDigits.DrawHeldOut(HeldOutStrokes, StrokeSeed);
            HeldOut.SetTarget(drawn);
            return drawn;
        }
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
