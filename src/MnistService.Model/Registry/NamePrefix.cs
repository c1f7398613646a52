using MnistService.Model.Architectures;
using MnistService.Model.Weights;

namespace MnistService.Model.Registry;

/// <summary>
/// Removes prefixes that wrappers add to the names of all tensors: <c>module.</c> (DataParallel), <c>_orig_mod.</c> (torch.compile), <c>model.</c> (Lightning),
/// or the name of the attribute that contains the network. Wrappers can be nested.
/// </summary>
internal static class NamePrefix
{
    /// <summary>Maximum number of parts that are removed from a name. Real files have at most three.</summary>
    private const int MaxParts = 8;

    /// <summary>Number of averaged models, which <c>torch.optim.swa_utils.AveragedModel</c> saves beside the weights.</summary>
    private const string AverageCount = "n_averaged";

    /// <summary>Names of the tensors of each network.</summary>
    private static readonly HashSet<string>[] Known =
        [.. Enum.GetValues<NetworkKind>().Select(kind => NetworkTensors.Of(kind).Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal))];

    /// <summary>
    /// Removes as many leading parts, such as <c>module.</c>, as all names have in common, if more names then occur in a network. All names of the fully
    /// connected network start with <c>classify.</c>, so a common part is not always a prefix.
    /// </summary>
    internal static StateDict Remove(StateDict state)
    {
        var tensors = state.Tensors.Where(tensor => tensor.Name != AverageCount).ToList();
        var (prefix, known) = Find([.. tensors.Select(tensor => tensor.Name)]);
        return known == 0 ? state : new(tensors.Select(tensor => tensor with { Name = tensor.Name[prefix.Length..] }));
    }

    /// <summary>Returns how many of the names occur in a network after the removal.</summary>
    internal static int CountKnown(IReadOnlyList<string> names) => Find([.. names.Where(name => name != AverageCount)]).Known;

    private static (string Prefix, int Known) Find(IReadOnlyList<string> names)
    {
        var (best, prefix) = ((Prefix: "", Known: Count(names, 0)), "");
        for (var parts = 0; parts < MaxParts && CommonPart(names, prefix) is { } part; parts++)
        {
            prefix += part;
            if (Count(names, prefix.Length) is var known && known > best.Known) best = (prefix, known);
        }
        return best;
    }

    /// <summary>Returns the next part that all names have in common after a prefix, with its dot; <c>null</c> if there is none.</summary>
    private static string? CommonPart(IReadOnlyList<string> names, string prefix)
    {
        if (names.Count == 0 || names[0].IndexOf('.', prefix.Length) is var dot && dot < 0) return null;
        var longer = names[0][..(dot + 1)];
        return names.All(name => name.StartsWith(longer, StringComparison.Ordinal)) ? longer[prefix.Length..] : null;
    }

    private static int Count(IReadOnlyList<string> names, int skipped) => Known.Max(known =>
    {
        var lookup = known.GetAlternateLookup<ReadOnlySpan<char>>();
        return names.Count(name => lookup.Contains(name.AsSpan(skipped)));
    });
}
