namespace MnistService.TestSupport;

/// <summary>
/// Tests that train in the process of the tests. They run one at a time, because each uses much of the machine, but in parallel with other tests.
/// </summary>
[CollectionDefinition(Name)]
public sealed class OneAtATimeCollection
{
    internal const string Name = "One at a time";
}
