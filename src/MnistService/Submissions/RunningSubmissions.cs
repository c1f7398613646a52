using System.Collections.Concurrent;

namespace MnistService.Submissions;

/// <summary>How far the uploads are that are being read now, by the names that their senders gave them: the answer comes at the end only.</summary>
internal sealed class RunningSubmissions
{
    private const int LongestName = 64;

    private readonly ConcurrentDictionary<string, Running> _running = new(StringComparer.Ordinal);

    /// <summary>Rows that were answered so far.</summary>
    /// <returns>Null when nothing of this name is being read: it has not begun, or is over.</returns>
    internal int? RowsOf(string name) => _running.TryGetValue(name, out var running) ? running.Rows : null;

    /// <param name="name">As the sender calls it; null when nobody watches. Of two of the same name the first is the one that is told of.</param>
    /// <returns>Told of rows; disposed when the upload is over.</returns>
    internal Running Begin(string? name)
    {
        var running = new Running(this, name);
        if (name is { Length: > 0 and <= LongestName }) _running.TryAdd(name, running);
        return running;
    }

    internal sealed class Running(RunningSubmissions all, string? name) : IDisposable
    {
        private int _rows;

        internal int Rows => Volatile.Read(ref _rows);

        /// <param name="rows">Answered in all.</param>
        internal void Tell(int rows) => Volatile.Write(ref _rows, rows);

        public void Dispose()
        {
            if (name is not null) all._running.TryRemove(new(name, this)); // and no other's
        }
    }
}

/// <summary>How far an upload is.</summary>
/// <param name="Rows">Answered so far; null when nothing of this name is being read: it has not begun, or is over.</param>
internal sealed record SubmissionProgress(int? Rows);
