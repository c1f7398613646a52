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

    /// <summary>
    /// Removes as many leading parts, such as <c>module.</c>, as all names have in common, if more names then occur in a network. All names of the fully
    /// connected network start with <c>classify.</c>, so a common part is not always a prefix.
    /// </summary>
    internal static StateDict Remove(StateDict state)
    {
        var (best, known) = (state, CountKnown(state));
        var current = state;
        for (var parts = 0; parts < MaxParts && CommonPart(current) is { } part; parts++)
        {
            current = new(current.Tensors.Select(tensor => tensor with { Name = tensor.Name[part.Length..] }));
            if (CountKnown(current) is var count && count > known) (best, known) = (current, count);
        }
        return best;
    }

    private static string? CommonPart(StateDict state)
    {
        if (state.Tensors is not [var first, ..] || first.Name.IndexOf('.', StringComparison.Ordinal) is var dot && dot < 0) return null;
        var part = first.Name[..(dot + 1)];
        return state.Tensors.All(tensor => tensor.Name.StartsWith(part, StringComparison.Ordinal)) ? part : null;
    }

    private static int CountKnown(StateDict state) => Enum.GetValues<NetworkKind>().Max(kind =>
        NetworkTensors.Of(kind).Count(expected => state.Contains(expected.Name)));
}
