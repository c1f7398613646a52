namespace MnistService.TestSupport;

/// <summary>
/// Tests that kill, stop or starve a service in a separate process, and tests of damaged, orphaned or too many stored files. They run one at a time, because
/// each uses much of the machine, but in parallel with other tests.
/// </summary>
[CollectionDefinition(Name)]
public sealed class FaultCollection
{
    internal const string Name = "Faults";
}
