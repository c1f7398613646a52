using System.Collections.Concurrent;

namespace MnistService.Connections;

/// <summary>Connections with buffered input, in the order in which they go on while the thread pool is busy. Safe for all threads.</summary>
internal sealed class ReadTurns
{
    private readonly ConcurrentQueue<TaskCompletionSource> _waiting = [];
    private readonly PacingThread _pacing;

    internal ReadTurns() => _pacing = new("read turns", GiveTurns);

    /// <summary>Whether a connection has to wait for its turn.</summary>
    internal bool IsNeeded => PoolLoad.IsBusy || !_waiting.IsEmpty;

    internal Task WaitAsync()
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue(turn);
        _pacing.Wake();
        return turn.Task;
    }

    private bool GiveTurns()
    {
        for (var i = PoolLoad.PerMillisecond; i > 0 && _waiting.TryDequeue(out var turn); i--) turn.SetResult();
        return !_waiting.IsEmpty;
    }
}
