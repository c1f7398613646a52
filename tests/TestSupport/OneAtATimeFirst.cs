using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(MnistService.TestSupport.OneAtATimeFirst))]

namespace MnistService.TestSupport;

/// <summary>
/// Starts <see cref="OneAtATimeCollection"/> and <see cref="FaultCollection"/> before all other collections. Each takes minutes and is one sequence, so a late start would
/// leave a processor unused at the end.
/// </summary>
public sealed class OneAtATimeFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => collection.TestCollectionDisplayName is OneAtATimeCollection.Name or FaultCollection.Name ? 0 : 1)];
}
