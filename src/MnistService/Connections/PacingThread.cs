namespace MnistService.Connections;

/// <summary>
/// Calls a function every millisecond while there is work. The calls run on a dedicated thread, because in the queue of a busy thread pool they would run too
/// late. The thread starts on demand and ends after one second without work.
/// </summary>
/// <param name="name">Name of the thread.</param>
/// <param name="step">The function to call. Does a part of the work, and returns true if work is left.</param>
internal sealed class PacingThread(string name, Func<bool> step)
{
    private const int LongestIdle = 1_000; // milliseconds without work after which the thread ends

    private readonly object _gate = new();
    private bool _runs, _isNeeded;

    /// <summary>Signals that there is work. Starts the thread if it is not running. Thread-safe.</summary>
    internal void Wake()
    {
        lock (_gate)
        {
            _isNeeded = true;
            Monitor.Pulse(_gate);
            if (_runs) return;
            _runs = true;
        }
        try
        {
            new Thread(Run) { IsBackground = true, Name = name }.Start();
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static pacing => pacing.Run(), this, preferLocal: false); // fallback: no thread could be created
        }
    }

    private void Run()
    {
        while (IsNeeded())
        {
            do Thread.Sleep(1);
            while (TryStep());
        }
    }

    /// <summary>Calls the function. If the function throws, it is called again, because an unhandled exception on this thread would end the process.</summary>
    private bool TryStep()
    {
        try
        {
            return step();
        }
        catch (Exception)
        {
            return true;
        }
    }

    private bool IsNeeded()
    {
        lock (_gate)
        {
            if (!_isNeeded) Monitor.Wait(_gate, LongestIdle);
            _runs = _isNeeded;
            _isNeeded = false;
            return _runs;
        }
    }
}
