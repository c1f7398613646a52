namespace MnistService.TestSupport;

/// <summary>Tests that measure the whole process. No other test runs at the same time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    internal const string Name = "Alone";
}
