using MnistService.Model.Native;

namespace MnistService.Model.Training.Steps;

/// <summary>
/// A fixed set of threads that run the same work in parallel: the calling thread and <see cref="Count"/> − 1 background threads. If the creating
/// thread runs under SCHED_IDLE, the background threads do too.
/// </summary>
internal sealed class ThreadTeam : IDisposable
{
    private readonly SemaphoreSlim[] _starts;
    private readonly Thread[] _threads;
    private readonly CountdownEvent _running = new(1);
    private Action<int> _work = _ => { };
    private Exception? _failure;
    private bool _disbanded;

    internal ThreadTeam(int count)
    {
        Count = count;
        var yields = Linux.Yields;
        _starts = [.. Enumerable.Range(1, count - 1).Select(_ => new SemaphoreSlim(0))];
        _threads = [.. _starts.Select((start, i) => new Thread(() => Serve(start, i + 1, yields)) { Name = $"training {i + 1}", IsBackground = true })];
        foreach (var thread in _threads) thread.Start();
    }

    internal int Count { get; }

    /// <summary>
    /// Calls <paramref name="work"/> in parallel with each index from 0 to <see cref="Count"/> − 1, one thread per index. Returns when all calls have
    /// completed. If calls failed, rethrows one of their exceptions.
    /// </summary>
    internal void Run(Action<int> work)
    {
        if (Count == 1)
        {
            work(0);
            return;
        }
        (_work, _failure) = (work, null);
        _running.Reset(Count);
        foreach (var start in _starts) start.Release();
        Do(0);
        _running.Wait();
        if (_failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
    }

    private void Serve(SemaphoreSlim start, int index, bool yields)
    {
        if (yields) Linux.YieldToOthers();
        while (true)
        {
            start.Wait();
            if (_disbanded) return;
            Do(index);
        }
    }

    private void Do(int index)
    {
        try
        {
            _work(index);
        }
        catch (Exception e)
        {
            _failure = e; // if several threads fail, Run rethrows the exception that was stored last
        }
        finally
        {
            _running.Signal();
        }
    }

    public void Dispose()
    {
        _disbanded = true;
        foreach (var start in _starts) start.Release();
        foreach (var thread in _threads) thread.Join();
        foreach (var start in _starts) start.Dispose();
        _running.Dispose();
    }
}
