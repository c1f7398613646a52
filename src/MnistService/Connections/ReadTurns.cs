using System.Collections.Concurrent;

namespace MnistService.Connections;

/// <summary>
/// First-in first-out queue of connections whose next input is already buffered. While the thread pool is busy, a few of these connections continue to read per
/// millisecond. Thread-safe.
/// </summary>
internal sealed class ReadTurns
{
    private readonly ConcurrentQueue<TaskCompletionSource> _waiting = [];
    private readonly PacingThread _pacing;

    internal ReadTurns() => _pacing = new("read turns", GiveTurns);

    /// <summary>True if a connection with buffered input must wait in this queue, because the thread pool is busy or other connections already wait.</summary>
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
