namespace MnistService.TestSupport;

/// <summary>
/// Tests that kill, stop or starve a service in a separate process. They run one at a time, because each uses much of the machine, but in parallel with other tests.
/// </summary>
[CollectionDefinition(Name)]
public sealed class FaultCollection
{
    internal const string Name = "Faults";
}
