using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using MnistService.Startup;

namespace MnistService.Tests.Startup;

public sealed class AfterStartupTests : IDisposable
{
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly AfterStartup _startup;

    public AfterStartupTests() => _startup = new AfterStartup(_lifetime, TimeProvider.System);

    [Fact]
    public async Task Work_waits_for_the_start_and_runs_on_a_thread_outside_the_pool()
    {
        var isOnPool = new List<bool>();
        var work = _startup.RunAsync(() => isOnPool.Add(Thread.CurrentThread.IsThreadPoolThread), TestHttp.Cancellation);
        await Task.Delay(50, TestHttp.Cancellation);
        Assert.Empty(isOnPool);
        _lifetime.NotifyStarted();
        await work;
        Assert.Equal([false], isOnPool); // on the pool, it would delay requests
    }

    [Fact]
    public async Task Works_run_one_after_another_also_after_one_that_fails()
    {
        var (running, most) = (0, 0);
        void Work()
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            Thread.Sleep(20);
            Interlocked.Decrement(ref running);
        }

        _lifetime.NotifyStarted();
        var failing = _startup.RunAsync(() => throw new InvalidOperationException("No room."), TestHttp.Cancellation);
        await Task.WhenAll(_startup.RunAsync(Work, TestHttp.Cancellation), _startup.RunAsync(Work, TestHttp.Cancellation), Assert.ThrowsAsync<InvalidOperationException>(() => failing));
        Assert.Equal(1, most);
    }

    public void Dispose() => _startup.Dispose();
}
