namespace MnistService.Datasets;

/// <summary>At start: removes the unfinished files of uploads that a dead process was taking, which may be large.</summary>
internal sealed class DatasetLeftovers(DatasetStore store) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        store.RemoveUnfinished();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
