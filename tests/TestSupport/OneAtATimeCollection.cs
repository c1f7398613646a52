namespace MnistService.Tests.Faults;

/// <summary>Tests that kill, stop or starve a service in a process of its own: one at a time, but beside other tests.</summary>
[CollectionDefinition(Name)]
public sealed class ProcessFaultsCollection
{
    internal const string Name = "Process faults";
}
