namespace MnistService.TestSupport;

/// <summary>Tests that train, or that kill or starve a service in a process of its own: one at a time, because each takes much of a machine, but beside other tests.</summary>
[CollectionDefinition(Name)]
public sealed class OneAtATimeCollection
{
    internal const string Name = "One at a time";
}
