using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MnistService.Connections;
using MnistService.Connections.Memory;
using MnistService.TestSupport;

namespace MnistService.Tests.Connections;

/// <summary>Which connections are admitted, and in which order. Blocks the thread pool of the test process, so no other test runs at the same time.</summary>
[Collection(AloneCollection.Name)]
public sealed class ConnectionOrderTests : IDisposable
{
    private const int FewPlaces = 6;

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ManualResetEventSlim _release = new();
    private readonly ConcurrentQueue<Arriving> _admitted = [];

    public void Dispose()
    {
        _release.Set(); // is not disposed, because remaining work items may still wait on it
        _services.Dispose();
    }

    [Fact]
    public async Task An_idle_thread_pool_delays_nobody()
    {
        var admission = Admission(FewPlaces);
        await TestHttp.EventuallyAsync(() => Task.FromResult(ThreadPool.PendingWorkItemCount == 0));
        _ = Connect(admission, "10.0.0.1");
        Assert.Single(_admitted);
    }

    [Fact]
    public async Task Under_a_flood_a_network_with_one_connection_goes_before_the_many_of_another()
    {
        var admission = Admission(16_384);
        FillPool();
        for (var i = 0; i < 1_000; i++) _ = Connect(admission, "10.0.0.1");
        var honest = Connect(admission, "10.0.0.2");
        _release.Set();
        await TestHttp.EventuallyAsync(() => Task.FromResult(_admitted.Count == 1_001));
        Assert.InRange(_admitted.ToList().IndexOf(honest), 0, 100);
    }

    [Theory]
    [InlineData(1)] // later connections are not admitted before it
    [InlineData(3)] // it does not wait for all earlier connections
    public async Task Under_a_flood_from_many_networks_one_connection_of_each_goes_before_the_second_of_any(int roundsBefore)
    {
        const int Networks = 100, Rounds = 3;
        var admission = Admission(16_384);
        FillPool();
        Arriving? honest = null;
        for (var i = 0; i < Rounds * Networks; i++)
        {
            _ = Connect(admission, $"10.0.1.{i % Networks}");
            if (i + 1 == roundsBefore * Networks) honest = Connect(admission, "10.0.0.2");
        }
        _release.Set();
        await TestHttp.EventuallyAsync(() => Task.FromResult(_admitted.Count == Rounds * Networks + 1));
        Assert.InRange(_admitted.ToList().IndexOf(honest!), 0, Networks + 32); // some connections are admitted while the pool empties
    }

    [Fact]
    public async Task A_network_goes_before_those_that_had_very_many_connections_a_moment_ago()
    {
        const int Networks = 100, Many = 8;
        var admission = Admission(16_384);
        for (var i = 0; i < Many * Networks; i++) _ = Connect(admission, $"10.0.1.{i % Networks}");
        await TestHttp.EventuallyAsync(() => Task.FromResult(_admitted.Count == Many * Networks));
        foreach (var connection in _admitted) connection.Close();
        _admitted.Clear();
        FillPool();
        for (var i = 0; i < Networks / 2; i++) _ = Connect(admission, $"10.0.1.{i}");
        var ordinary = Connect(admission, "10.0.0.2");
        for (var i = Networks / 2; i < Networks; i++) _ = Connect(admission, $"10.0.1.{i}");
        _release.Set();
        await TestHttp.EventuallyAsync(() => Task.FromResult(_admitted.Count == Networks + 1));
        Assert.InRange(_admitted.ToList().IndexOf(ordinary), 0, 32); // the pacing thread may admit some heavy connections before the ordinary one arrives
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(204, true)]
    [InlineData(404, false)] // a flood gets such responses, too
    [InlineData(429, false)]
    public async Task A_network_that_was_served_a_moment_ago_goes_before_unknown_networks(int status, bool isFirst)
    {
        const int Networks = 100;
        var admission = Admission(16_384);
        var earlier = Connect(admission, "10.0.0.2");
        await TestHttp.EventuallyAsync(() => Task.FromResult(_admitted.Count == 1));
        Answer(earlier, status);
        earlier.Close();
        _admitted.Clear();
        FillPool();
        for (var i = 0; i < Networks; i++) _ = Connect(admission, $"10.0.1.{i}");
        var known = Connect(admission, "10.0.0.2");
        _release.Set();
        await TestHttp.EventuallyAsync(() => Task.FromResult(_admitted.Count == Networks + 1));
        Assert.Equal(isFirst, _admitted.ToList().IndexOf(known) < Networks / 2); // the pacing thread may admit some connections before the known one arrives
    }

    [Theory]
    [InlineData(true, 64)]
    [InlineData(false, 62)] // a thirty-second part of the places is reserved
    public async Task The_last_places_are_for_networks_that_were_served_a_moment_ago(bool areKnown, int admitted)
    {
        var admission = Admission(64);
        for (var i = 0; areKnown && i < 2; i++)
        {
            var earlier = Connect(admission, $"10.0.0.{i}");
            await TestHttp.EventuallyAsync(() => Task.FromResult(_admitted.Contains(earlier)));
            Answer(earlier);
            earlier.Close();
        }
        _admitted.Clear();
        for (var i = 0; i < 62; i++) _ = Connect(admission, $"10.0.1.{i}");
        await TestHttp.EventuallyAsync(() => Task.FromResult(_admitted.Count == 62));
        using var used = KeepUsed();
        var last = Enumerable.Range(0, 2).Select(i => Connect(admission, $"10.0.0.{i}")).ToList();
        await TestHttp.EventuallyAsync(() => Task.FromResult(last.TrueForAll(one => one.IsClosed || _admitted.Contains(one)))); // closed after the longest wait
        Assert.Equal(admitted, _admitted.Count);
        Assert.DoesNotContain(_admitted, connection => connection.IsClosed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_all_are_in_use_an_ordinary_network_gives_none_to_one_with_very_many_connections(bool hadMany)
    {
        var admission = Admission(FewPlaces);
        if (hadMany) await ConnectManyAsync(admission, "10.0.1.1");
        await FillAsync(admission, i => $"10.0.0.{1 + i % 3}"); // two connections each
        using var used = KeepUsed();
        var last = Connect(admission, "10.0.1.1");
        await TestHttp.EventuallyAsync(() => Task.FromResult(last.IsClosed || _admitted.Contains(last))); // closed after the longest wait for a place
        Assert.Equal(hadMany, last.IsClosed);
        Assert.Equal(hadMany ? 0 : 1, _admitted.Count(connection => connection.IsClosed));
    }

    [Fact]
    public async Task If_too_many_connections_wait_the_network_with_most_unanswered_ones_loses_one()
    {
        var admission = Admission(FewPlaces);
        await FillAsync(admission, i => $"10.0.2.{i}");
        using var used = KeepUsed();
        var others = Enumerable.Range(0, FewPlaces / 2).Select(i => Connect(admission, $"10.0.3.{i}")).ToList();
        var many = Enumerable.Range(0, 2 * FewPlaces).Select(_ => Connect(admission, "10.0.1.1")).ToList();
        Assert.DoesNotContain(others, connection => connection.IsClosed);
        await TestHttp.EventuallyAsync(() => Task.FromResult(many.Exists(connection => connection.IsClosed)));
    }

    [Fact]
    public async Task If_too_many_connections_wait_a_network_with_one_loses_none_though_it_had_very_many_before()
    {
        var admission = Admission(FewPlaces);
        await ConnectManyAsync(admission, "10.0.1.1");
        await FillAsync(admission, i => $"10.0.2.{i}");
        using var used = KeepUsed();
        var one = Connect(admission, "10.0.1.1");
        var others = Enumerable.Range(0, FewPlaces).Select(i => Connect(admission, $"10.0.3.{i % 2}")).ToList(); // three connections each: fewer than a heavy network has
        await TestHttp.EventuallyAsync(() => Task.FromResult(one.IsClosed || others.Exists(connection => connection.IsClosed)));
        Assert.False(one.IsClosed);
    }

    [Fact]
    public async Task When_all_places_are_taken_a_connection_whose_only_request_was_answered_gives_way_before_one_that_was_used_again()
    {
        for (var attempt = 0; attempt < 10; attempt++) // after 0.5 s without a request all connections rank equally, so a slow attempt is repeated
        {
            _admitted.Clear();
            var admission = Admission(FewPlaces);
            await FillAsync(admission, i => $"10.0.1.{i}");
            var (again, once) = (_admitted.First(), _admitted.Last());
            Answer(again);
            Answer(again);
            await Task.Delay(20, TestHttp.Cancellation);
            var begun = Environment.TickCount64;
            Answer(once);
            using var used = KeepUsed(except: [again, once]);
            await Task.Delay(80, TestHttp.Cancellation); // longer than the turn of a request, during which a connection is not closed
            _ = Connect(admission, "10.0.0.2");
            await TestHttp.EventuallyAsync(() => Task.FromResult(_admitted.Any(connection => connection.IsClosed)));
            if (Environment.TickCount64 - begun > 400) continue; // too slow for a meaningful result
            Assert.True(once.IsClosed);
            Assert.False(again.IsClosed);
            return;
        }
        Assert.Fail("The machine was too slow ten times.");
    }

    private static void Answer(Arriving connection, int status = 200)
    {
        connection.Connection!.Begin(new DefaultHttpContext().Response);
        connection.Connection.EndRequest(status);
    }

    [Fact]
    public async Task While_there_is_room_no_connection_is_closed_however_long_the_pool_is_busy()
    {
        var admission = Admission(16_384);
        FillPool();
        var connections = Enumerable.Range(0, 1_000).Select(_ => Connect(admission, "10.0.0.1")).ToList();
        // Longer than the 2 s that a connection waits for a place; Thread.Sleep, because the blocked pool cannot run continuations.
        Thread.Sleep(TimeSpan.FromSeconds(3));
        _release.Set();
        await TestHttp.EventuallyAsync(() => Task.FromResult(_admitted.Count == connections.Count || connections.Exists(connection => connection.IsClosed)));
        Assert.Equal(connections.Count, _admitted.Count);
    }

    [Fact]
    public async Task When_all_are_in_use_the_network_with_most_connections_gives_one_to_a_network_without()
    {
        var admission = Admission(FewPlaces);
        await FillAsync(admission, _ => "10.0.0.1");
        using var used = KeepUsed();
        _ = Connect(admission, "10.0.0.2");
        await TestHttp.EventuallyAsync(() => Task.FromResult(_admitted.Count == FewPlaces + 1));
        Assert.Equal("10.0.0.2", $"{_admitted.Last().Address}");
        await TestHttp.EventuallyAsync(() => Task.FromResult(_admitted.Any(connection => connection.IsClosed)));
        Assert.Equal(1, _admitted.Count(connection => connection.IsClosed));
        Assert.False(_admitted.Last().IsClosed);
    }

    [Fact]
    public async Task When_all_are_in_use_a_network_takes_none_from_another_that_has_as_many()
    {
        var admission = Admission(FewPlaces);
        await FillAsync(admission, i => $"10.0.0.{1 + i % 2}");
        using var used = KeepUsed();
        var refused = Connect(admission, "10.0.0.1");
        await TestHttp.EventuallyAsync(() => Task.FromResult(refused.IsClosed)); // after the longest wait for a place
        Assert.Equal(FewPlaces, _admitted.Count);
        Assert.DoesNotContain(_admitted, connection => connection.IsClosed);
    }

    /// <summary>Opens as many connections as may be admitted, and waits until they are.</summary>
    private async Task FillAsync(ConnectionAdmission admission, Func<int, string> addressOf)
    {
        for (var i = 0; i < FewPlaces; i++) _ = Connect(admission, addressOf(i));
        await TestHttp.EventuallyAsync(() => Task.FromResult(_admitted.Count == FewPlaces));
    }

    /// <summary>Opens eight connections of one network at once, and closes them.</summary>
    private async Task ConnectManyAsync(ConnectionAdmission admission, string address)
    {
        for (var i = 0; i < 8; i++) _ = Connect(admission, address);
        await TestHttp.EventuallyAsync(() => Task.FromResult(_admitted.Count >= FewPlaces));
        while (_admitted.FirstOrDefault(connection => !connection.IsClosed) is { } open)
        {
            open.Close();
            await Task.Delay(20, TestHttp.Cancellation); // the waiting connections are admitted meanwhile
        }
        _admitted.Clear();
    }

    /// <summary>Blocks all threads of the pool, and queues more work items than an idle pool has.</summary>
    private void FillPool()
    {
        for (var i = 0; i < 30 * Environment.ProcessorCount; i++) ThreadPool.QueueUserWorkItem(_ => _release.Wait());
        for (var i = 0; i < 200; i++) ThreadPool.QueueUserWorkItem(_ => _release.Wait());
    }

    /// <summary>Begins a request on each admitted connection every 100 ms, without ever ending one.</summary>
    private Timer KeepUsed(params Arriving[] except) => new(_ =>
    {
        foreach (var connection in _admitted.Where(connection => !except.Contains(connection))) connection.Connection!.Begin(new DefaultHttpContext().Response);
    }, null, 0, period: 100);

    private ConnectionAdmission Admission(int places)
    {
        var plan = new MemoryPlan(64L << 30, new ConnectionOptions { MaxConnections = places }, 0, [], OpenFiles.Limit);
        return new(plan, _services.GetRequiredService<IMeterFactory>());
    }

    private Arriving Connect(ConnectionAdmission admission, string address)
    {
        var arriving = new Arriving(IPAddress.Parse(address), admission, _admitted);
        admission.Enter(arriving);
        return arriving;
    }

    /// <summary>A connection that stays open until the admission control closes it for another one.</summary>
    private sealed class Arriving(IPAddress address, ConnectionAdmission admission, ConcurrentQueue<Arriving> admitted) : IArrival
    {
        private volatile bool _isClosed;

        public IPAddress? Address => address;

        internal bool IsClosed => _isClosed;

        internal AdmittedConnection? Connection { get; private set; }

        public bool TryOpen(AdmittedConnection connection)
        {
            Connection = connection;
            admission.EndOpening();
            admitted.Enqueue(this);
            return true;
        }

        public void Close()
        {
            _isClosed = true;
            if (Connection is { } opened) opened.Forget();
        }
    }
}
