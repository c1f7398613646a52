using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using MnistService.Model.Native;

namespace MnistService.Benchmarks.OpenLoop;

/// <summary>
/// Sends predictions on a schedule, open loop: each request is sent at its scheduled time, even if earlier requests have no response yet, and its latency
/// counts from that time. One thread uses plain sockets and needs a few microseconds per request: the sender shares the machine with the measured server.
/// </summary>
internal sealed partial class OpenLoopSender : IDisposable
{
    private const int WaitForAnswersSeconds = 10, SetTimerSlack = 29;

    private readonly byte[] _request;
    private readonly OpenLoopConnection[] _connections;
    private readonly PollEntry[] _polled; // only the first _pending entries are valid
    private readonly int[] _connectionOf; // index of the connection, per polled entry
    private readonly Queue<int> _free; // FIFO, so that every connection is used: a server closes idle connections
    private int _pending;

    /// <param name="server">Base address of a server with <c>POST /predict</c>.</param>
    /// <param name="picture">Image file; the body of each request.</param>
    /// <param name="connections">Maximum number of outstanding requests. Further due requests wait, and the wait counts as latency.</param>
    internal OpenLoopSender(Uri server, byte[] picture, int connections = 64)
    {
        var head = $"POST /predict HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Type: image/png\r\nContent-Length: {picture.Length}\r\n\r\n";
        _request = [.. Encoding.ASCII.GetBytes(head), .. picture];
        _connections = [.. Enumerable.Range(0, connections).Select(_ => new OpenLoopConnection(server))];
        (_polled, _connectionOf, _free) = (new PollEntry[connections], new int[connections], new(Enumerable.Range(0, connections)));
    }

    /// <param name="due">Scheduled send time of each request, in ascending order.</param>
    /// <param name="processor">Processor to which the sending thread is bound; <c>null</c> for any.</param>
    /// <returns>The exchanges, in the order of the responses.</returns>
    internal Task<Exchange[]> SendAsync(IReadOnlyList<TimeSpan> due, int? processor = null) => Task.Factory.StartNew(() =>
    {
        _ = prctl(SetTimerSlack, 1); // 1 ns; with the default slack the kernel wakes this thread up to 50 µs late
        if (processor is { } chosen && !Linux.StayOn(chosen)) throw new InvalidOperationException($"Processor {chosen} cannot be had.");
        return Send(due);
    }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose()
    {
        foreach (var connection in _connections) connection.Dispose();
    }

    private Exchange[] Send(IReadOnlyList<TimeSpan> due)
    {
        var (sent, answered, exchanges) = (0, 0, new Exchange[due.Count]);
        var begun = Stopwatch.GetTimestamp();
        while (answered < exchanges.Length)
        {
            while (sent < due.Count && _free.Count > 0 && due[sent] <= Stopwatch.GetElapsedTime(begun)) Begin(due[sent++]);
            var wait = sent < due.Count && _free.Count > 0 ? due[sent] - Stopwatch.GetElapsedTime(begun) : TimeSpan.FromSeconds(WaitForAnswersSeconds);
            if (Poll(wait) == 0 && wait.TotalSeconds >= WaitForAnswersSeconds) throw new TimeoutException($"{sent - answered} requests are not answered.");
            for (var i = _pending - 1; i >= 0; i--)
            {
                if (_polled[i].Found == 0) continue;
                var connection = _connections[_connectionOf[i]];
                if (!connection.TryReceive(out var status)) continue;
                exchanges[answered++] = new(connection.Due, Stopwatch.GetElapsedTime(begun), status);
                End(i);
            }
        }
        return exchanges;
    }

    private void Begin(TimeSpan due)
    {
        var free = _free.Dequeue();
        _connections[free].Send(_request, due);
        _connectionOf[_pending] = free;
        _polled[_pending++] = new() { File = _connections[free].File, Wanted = PollEntry.Readable };
    }

    private void End(int polled)
    {
        _free.Enqueue(_connectionOf[polled]);
        (_polled[polled], _connectionOf[polled]) = (_polled[--_pending], _connectionOf[_pending]);
    }

    private int Poll(TimeSpan wait)
    {
        if (wait < TimeSpan.Zero) wait = TimeSpan.Zero;
        var time = new TimeSpec(wait.Ticks / TimeSpan.TicksPerSecond, wait.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);
        return ppoll(_polled, (nuint)_pending, in time, 0);
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
