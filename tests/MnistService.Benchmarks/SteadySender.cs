using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace MnistService.Benchmarks;

/// <summary>
/// Predictions at a steady rate. Open loop: a request is sent when its time has come, whether the one before was answered or not, and its
/// latency counts from that time. One thread on plain sockets, a few microseconds a request: the sender shares the processors with what it measures.
/// </summary>
internal sealed partial class SteadySender : IDisposable
{
    private const int Connections = 64, WaitForAnswersSeconds = 10, SetTimerSlack = 29;

    private readonly byte[] _request;
    private readonly SteadyConnection[] _connections;
    private readonly PollEntry[] _polled;

    internal SteadySender(Uri server, byte[] picture)
    {
        var head = $"POST /predict HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Type: image/png\r\nContent-Length: {picture.Length}\r\n\r\n";
        _request = [.. Encoding.ASCII.GetBytes(head), .. picture];
        _connections = [.. Enumerable.Range(0, Connections).Select(_ => new SteadyConnection(server))];
        _polled = new PollEntry[Connections];
    }

    internal Task<SteadyResult> SendAsync(double rate, TimeSpan window) => Task.Factory.StartNew(
        () => Send(rate, new double[(int)(window.TotalSeconds * rate)]), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose()
    {
        foreach (var connection in _connections) connection.Dispose();
    }

    private SteadyResult Send(double rate, double[] milliseconds)
    {
        _ = prctl(SetTimerSlack, 1); // nanosecond: else the kernel wakes this thread up to 50 µs late
        var (sent, answered, failed) = (0, 0, 0);
        var free = new Queue<int>(Enumerable.Range(0, Connections)); // in turn: a server closes what it does not hear of
        Array.Fill(_polled, new PollEntry { File = -1, Wanted = PollEntry.Readable }); // poll(2) passes over -1
        var begun = Stopwatch.GetTimestamp();
        while (answered < milliseconds.Length)
        {
            for (; sent < milliseconds.Length && free.Count > 0 && Due(sent) <= Stopwatch.GetElapsedTime(begun); sent++)
            {
                var i = free.Dequeue();
                _connections[i].Send(_request, Due(sent));
                _polled[i].File = _connections[i].File;
            }
            var wait = sent < milliseconds.Length && free.Count > 0 ? Due(sent) - Stopwatch.GetElapsedTime(begun) : TimeSpan.FromSeconds(WaitForAnswersSeconds);
            if (Poll(wait) == 0 && wait.TotalSeconds >= WaitForAnswersSeconds) throw new TimeoutException($"{sent - answered} requests are not answered.");
            for (var i = 0; i < Connections; i++)
            {
                if (_polled[i].File < 0 || _polled[i].Found == 0 || !_connections[i].TryReceive(out var ok)) continue;
                milliseconds[answered++] = (Stopwatch.GetElapsedTime(begun) - _connections[i].Due).TotalMilliseconds;
                if (!ok) failed++;
                _polled[i].File = -1;
                free.Enqueue(i);
            }
        }
        Array.Sort(milliseconds);
        return new(rate, milliseconds[milliseconds.Length / 2], milliseconds[(int)(milliseconds.Length * 0.99)], failed);

        TimeSpan Due(int request) => TimeSpan.FromSeconds(request / rate);
    }

    private int Poll(TimeSpan wait)
    {
        if (wait < TimeSpan.Zero) wait = TimeSpan.Zero;
        var time = new TimeSpec(wait.Ticks / TimeSpan.TicksPerSecond, wait.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);
        return ppoll(_polled, (nuint)_polled.Length, in time, 0);
    }

    [LibraryImport("libc.so.6")]
    private static partial int ppoll([In, Out] PollEntry[] entries, nuint count, in TimeSpec wait, nint signals);

    [LibraryImport("libc.so.6")]
    private static partial int prctl(int option, nuint value);

    private readonly record struct TimeSpec(long Seconds, long Nanoseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        internal const short Readable = 1;

        internal int File;
        internal short Wanted, Found;
    }
}
