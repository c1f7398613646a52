using MnistService.Model.Architectures;
using MnistService.Model.Weights;

namespace MnistService.Model.Registry;

/// <summary>
/// Removes prefixes that PyTorch wrappers add to the names of all tensors: <c>module.</c> (DataParallel), <c>_orig_mod.</c> (torch.compile), <c>model.</c>
/// (Lightning), or the name of the attribute that contains the network. Wrappers can be nested.
/// </summary>
internal static class NamePrefix
{
    /// <summary>
    /// Maximum number of leading dot-separated parts, such as <c>module.</c>, that are removed from a tensor name. Files usually have at most three such parts.
    /// </summary>
    private const int MaxParts = 8;

    /// <summary>
    /// Name of the tensor with the number of averaged models, which <c>torch.optim.swa_utils.AveragedModel</c> saves beside the weights. The tensor is ignored.
    /// </summary>
    private const string AverageCount = "n_averaged";

    /// <summary>Names of the tensors in the state dict of each supported network; one set per network.</summary>
    private static readonly HashSet<string>[] Known =
        [.. Enum.GetValues<NetworkKind>().Select(kind => NetworkTensors.Of(kind).Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal))];

    /// <summary>
    /// Removes leading dot-separated parts, such as <c>module.</c>, that all tensor names have in common. Removes them only if more names then match a
    /// supported network: a common part can belong to the network, as <c>classify.</c> in all names of the fully connected network.
    /// </summary>
    internal static StateDict Remove(StateDict state)
    {
        var tensors = state.Tensors.Where(tensor => tensor.Name != AverageCount).ToList();
        var (prefix, known) = Find([.. tensors.Select(tensor => tensor.Name)]);
        return known == 0 ? state : new(tensors.Select(tensor => tensor with { Name = tensor.Name[prefix.Length..] }));
    }

    /// <summary>Returns how many of the tensor names match a supported network after the prefix of a wrapper is removed.</summary>
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

    /// <summary>
    /// Returns the dot-separated part, with its dot, that follows the prefix in all names; <c>null</c> if the names have no such part in common.
    /// </summary>
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
