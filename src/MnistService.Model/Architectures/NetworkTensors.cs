using MnistService.Model.Weights;

namespace MnistService.Model.Architectures;

/// <summary>PyTorch names, shapes and element types of the parameters and running statistics of each network. Validates state dicts without libtorch.</summary>
internal static class NetworkTensors
{
    /// <summary>Lists every tensor of the network's state dict, layer by layer.</summary>
    internal static IReadOnlyList<(string Name, long[] Shape, StateType Type)> Of(NetworkKind kind) => kind switch
    {
        NetworkKind.Cnn =>
        [
            .. Layer("features.0", 16, 1, 3, 3), .. Normalization("features.2", 16),
            .. Layer("features.4", 32, 16, 3, 3), .. Normalization("features.6", 32),
            .. Layer("classify.0", 256, 32 * 7 * 7), .. Normalization("classify.2", 256),
            .. Layer("classify.3", 10, 256),
        ],
        NetworkKind.Mlp => [.. Layer("classify.0", 256, 28 * 28), .. Normalization("classify.2", 256), .. Layer("classify.3", 10, 256)],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown network."),
    };

    /// <summary>Checks that a state dict has exactly the tensors of the given network architecture.</summary>
    /// <exception cref="ModelFormatException">A tensor is missing, is unknown, or has the wrong shape or type.</exception>
    internal static void Check(NetworkKind kind, StateDict state) => Check(Of(kind), state);

    /// <summary>Checks that a state dict has exactly the tensors of a digit score for the given network architecture.</summary>
    /// <exception cref="ModelFormatException">A tensor is missing, is unknown, or has the wrong shape or type.</exception>
    internal static void CheckScore(NetworkKind kind, StateDict state) =>
        Check([.. Layer(DigitScore.Hidden, DigitScore.Units, Of(kind).First(tensor => tensor.Name == "classify.0.weight").Shape[1]), .. Layer(DigitScore.Output, 1, DigitScore.Units)], state);

    private static void Check(IReadOnlyList<(string Name, long[] Shape, StateType Type)> expected, StateDict state)
    {
        var extra = state.Tensors.FirstOrDefault(t => expected.All(e => e.Name != t.Name));
        if (extra is not null && expected.FirstOrDefault(e => !state.Contains(e.Name)) is { Name: { } absent } missing)
            throw new ModelFormatException($"Tensor {FoundText.Show(extra.Name)} is unexpected; "
                + $"expected '{absent}' ({missing.Type} [{string.Join(',', missing.Shape)}]).");
        foreach (var (name, shape, type) in expected) state.Require(name, shape, type);
        if (extra is not null)
            throw new ModelFormatException($"Tensor {FoundText.Show(extra.Name)} is unexpected: the network has no tensor with this name.");
    }

    /// <summary>Finds the network that matches the names, shapes and types of the tensors, and counts its trainable parameters.</summary>
    /// <exception cref="ModelFormatException">The tensors match no network. The message contains the mismatch for each network.</exception>
    internal static (NetworkKind Kind, long Parameters) Recognize(StateDict state)
    {
        var reasons = new List<string>();
        foreach (var kind in Enum.GetValues<NetworkKind>())
        {
            try
            {
                Check(kind, state);
                return (kind, CountParameters(kind));
            }
            catch (ModelFormatException e)
            {
                reasons.Add($"The tensors do not match {kind.ToString().ToLowerInvariant()}: {e.Message}");
            }
        }
        throw new ModelFormatException(string.Join(" ", reasons));
    }

    /// <summary>Counts the trainable parameters: the elements of all tensors except the running statistics of batch norm.</summary>
    internal static long CountParameters(NetworkKind kind) => Of(kind)
        .Where(tensor => tensor.Name.EndsWith(".weight", StringComparison.Ordinal) || tensor.Name.EndsWith(".bias", StringComparison.Ordinal))
        .Sum(tensor => tensor.Shape.Aggregate(1L, (product, length) => product * length));

    private static (string, long[], StateType)[] Layer(string name, params long[] shape) =>
        [($"{name}.weight", shape, StateType.F32), ($"{name}.bias", [shape[0]], StateType.F32)];

    private static (string, long[], StateType)[] Normalization(string name, long channels) =>
    [
        ($"{name}.weight", [channels], StateType.F32), ($"{name}.bias", [channels], StateType.F32),
        ($"{name}.running_mean", [channels], StateType.F32), ($"{name}.running_var", [channels], StateType.F32),
        ($"{name}.num_batches_tracked", [], StateType.I64),
    ];
}
