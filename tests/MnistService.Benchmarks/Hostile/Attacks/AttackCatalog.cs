namespace MnistService.Benchmarks.Hostile.Attacks;

/// <summary>All attacks, in the order in which they run.</summary>
internal static class AttackCatalog
{
    /// <param name="connections">Number of connections of the largest attacks; the default of the plan is 4,000.</param>
    internal static IReadOnlyList<Attack> All(int connections) =>
    [
        new NoAttack(),
        new WithheldBodies(connections),
        new EventWatchers(connections / 4, pipelined: false),
        new EventWatchers(connections, pipelined: false),
        new EventWatchers(connections / 4, pipelined: true),
        new EventWatchers(connections, pipelined: true),
        .. from file in new[] { "weights.pth", "model.onnx" }
           from reads in new[] { true, false }
           from count in new[] { Math.Min(64, connections), connections / 4, connections }
           select new ModelDownloads(file, count, reads),
        new OverlappingZips(4),
        new OverlappingZips(16),
        new ApiDocuments(Math.Min(64, connections)),
        new ApiDocuments(connections / 4),
        new UnreadImages(connections / 4),
        new UnreadImages(connections),
        new UnknownPaths(Math.Min(64, connections)),
    ];
}
