using MnistService.Datasets.LabelChecks;

namespace MnistService.Datasets;

/// <summary>The built-in MNIST data set as an entry of the data set list.</summary>
internal static class BuiltInDataset
{
    internal const string Id = "mnist";

    // These values are constant, because MNIST's files are used only if they match the published checksums.
    internal const int Images = 60_000;
    private const string Sha256 = "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16";
    private static readonly int[] Labels = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949];

    /// <param name="state">Result of the verification of MNIST's files.</param>
    internal static DatasetSummary Describe(DatasetState state)
    {
        var available = state == DatasetState.Available;
        return new(Id, "MNIST", CreatedAt: null, DatasetSource.Idx, Images, available ? Labels : null, available ? Sha256 : null, BuiltIn: true, state,
            Suspicious: null, LabelCheckText.BuiltIn);
    }
}
