using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MnistService.Hosting;
using MnistService.Hosting.Memory;
using MnistService.TestSupport;

namespace MnistService.Tests.Hosting.Memory;

/// <summary>Which connections are admitted, and in which order. Fills the thread pool of the test process, so it runs alone.</summary>
[Collection(AloneCollection.Name)]
public sealed class ConnectionOrderTests : IDisposable
{
    private const int FewPlaces = 6;

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ManualResetEventSlim _release = new();
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<ConnectionContext> _admitted = [];

    public void Dispose()
    {
        _release.Set(); // stays set: work items that are left may still look at it
        _end.TrySetResult();
        _services.Dispose();
    }

    [Fact]
    public async Task An_idle_thread_pool_delays_nobody()
    {
        var admission = Admission(FewPlaces);
        await Http.EventuallyAsync(() => Task.FromResult(ThreadPool.PendingWorkItemCount == 0));
        _ = ConnectAsync(admission, "10.0.0.1");
        Assert.Single(_admitted);
    }

    [Fact]
    public async Task Under_a_flood_a_network_with_one_connection_goes_before_the_many_of_another()
    {
        var admission = Admission(16_384);
        FillPool();
        var flood = Enumerable.Range(0, 1_000).Select(_ => ConnectAsync(admission, "10.0.0.1")).ToList();
        var honest = ConnectAsync(admission, "10.0.0.2");
        _release.Set();
        await Http.EventuallyAsync(() => Task.FromResult(_admitted.Count == 1_001));
        Assert.InRange(_admitted.Select(connection => $"{connection.RemoteEndPoint}").ToList().IndexOf("10.0.0.2:1"), 0, 100);
        _end.SetResult();
        await Task.WhenAll([honest, .. flood]);
    }

    [Fact]
    public async Task While_there_is_room_no_connection_is_closed_however_long_the_pool_is_busy()
    {
        var admission = Admission(16_384);
        FillPool();
        var connections = Enumerable.Range(0, 1_000).Select(_ => ConnectAsync(admission, "10.0.0.1")).ToList();
        Thread.Sleep(TimeSpan.FromSeconds(3)); // longer than a connection waits for a place; the pool cannot run a continuation
        _release.Set();
        await Http.EventuallyAsync(() => Task.FromResult(_admitted.Count == connections.Count || connections.Exists(connection => connection.IsCompleted)));
        Assert.Equal(connections.Count, _admitted.Count);
    }

    [Fact]
    public async Task When_all_are_in_use_the_network_with_most_connections_gives_one_to_a_network_without()
    {
        var admission = Admission(FewPlaces);
        for (var i = 0; i < FewPlaces; i++) _ = ConnectAsync(admission, "10.0.0.1");
        using var used = KeepUsed();
        await Http.EventuallyAsync(() => Task.FromResult(_admitted.Count == FewPlaces));
        _ = ConnectAsync(admission, "10.0.0.2");
        await Http.EventuallyAsync(() => Task.FromResult(_admitted.Count == FewPlaces + 1));
        Assert.Equal("10.0.0.2:1", $"{_admitted.Last().RemoteEndPoint}");
        await Http.EventuallyAsync(() => Task.FromResult(_admitted.Any(IsClosed)));
        Assert.Equal(1, _admitted.Count(IsClosed));
        Assert.False(IsClosed(_admitted.Last()));
    }

    [Fact]
    public async Task When_all_are_in_use_a_network_takes_none_from_another_that_has_as_many()
    {
        var admission = Admission(FewPlaces);
        for (var i = 0; i < FewPlaces; i++) _ = ConnectAsync(admission, $"10.0.0.{1 + i % 2}");
        await Http.EventuallyAsync(() => Task.FromResult(_admitted.Count == FewPlaces));
        using var used = KeepUsed();
        await ConnectAsync(admission, "10.0.0.1"); // closed, after it has waited for a place
        Assert.Equal(FewPlaces, _admitted.Count);
        Assert.DoesNotContain(_admitted, IsClosed);
    }

    private static bool IsClosed(ConnectionContext connection) => connection.ConnectionClosed.IsCancellationRequested;

    /// <summary>Occupies every thread of the pool, and queues more work than it takes for idle.</summary>
    private void FillPool()
    {
        for (var i = 0; i < 30 * Environment.ProcessorCount; i++) ThreadPool.QueueUserWorkItem(_ => _release.Wait());
        for (var i = 0; i < 200; i++) ThreadPool.QueueUserWorkItem(_ => _release.Wait());
    }

    /// <summary>Requests begin on all admitted connections, again and again, and none is answered.</summary>
    private Timer KeepUsed() => new(_ =>
    {
        foreach (var connection in _admitted) connection.Features.Get<AdmittedConnection>()?.Begin(new DefaultHttpContext().Response);
    }, null, 0, period: 100);

    private ConnectionAdmission Admission(int places)
    {
        var plan = new MemoryPlan(64L << 30, new ConnectionOptions { MaxConnections = places }, 0, []);
        return new(plan, _services.GetRequiredService<IMeterFactory>());
    }

    /// <summary>A connection that stays open until the end of the test, or until it is closed for another.</summary>
    private async Task ConnectAsync(ConnectionAdmission admission, string address)
    {
        var connection = new DefaultConnectionContext { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 1) }; // closed on another thread, after it would be disposed of
        await admission.RunAsync(connection, async admitted =>
        {
            _admitted.Enqueue(admitted);
            await _end.Task;
        });
    }
}
