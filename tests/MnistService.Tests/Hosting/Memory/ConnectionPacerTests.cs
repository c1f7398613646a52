using MnistService.Hosting.Memory;
using MnistService.TestSupport;

namespace MnistService.Tests.Hosting.Memory;

/// <summary>The order in which delayed connections go on. Fills the thread pool of the test process, so it runs alone.</summary>
[Collection(AloneCollection.Name)]
public sealed class ConnectionPacerTests
{
    [Fact]
    public async Task An_idle_thread_pool_delays_nobody()
    {
        var pacer = new ConnectionPacer();
        await Http.EventuallyAsync(() => Task.FromResult(ThreadPool.PendingWorkItemCount == 0));
        var turn = pacer.WaitAsync(1);
        Assert.True(turn.IsCompletedSuccessfully && await turn);
    }

    [Fact]
    public async Task Under_a_flood_a_network_with_one_connection_goes_before_the_many_of_another()
    {
        var pacer = new ConnectionPacer();
        using var release = new ManualResetEventSlim();
        var order = new System.Collections.Concurrent.ConcurrentQueue<string>();
        // Every thread of the pool waits, and more work is queued than the pacer takes for idle.
        for (var i = 0; i < 500; i++) ThreadPool.QueueUserWorkItem(_ => release.Wait());
        var flood = Enumerable.Range(0, 1_000).Select(_ => FollowAsync(network: 1, "flood")).ToList();
        var honest = FollowAsync(network: 2, "honest");
        release.Set();
        await Task.WhenAll([honest, .. flood]).WaitAsync(Http.Cancellation);
        Assert.Equal(1_001, order.Count);
        Assert.InRange(order.ToList().IndexOf("honest"), 0, 100);

        async Task FollowAsync(UInt128 network, string name)
        {
            await pacer.WaitAsync(network);
            order.Enqueue(name);
        }
    }
}
