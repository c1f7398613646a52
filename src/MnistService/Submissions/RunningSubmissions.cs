using System.Collections.Concurrent;

namespace MnistService.Submissions;

/// <summary>
/// Progress of the running uploads to <c>POST /submissions</c>. Each client chooses a name for its upload. Other requests can read the progress by this name
/// until the upload ends.
/// </summary>
internal sealed class RunningSubmissions
{
    private const int LongestName = 64;

    private readonly ConcurrentDictionary<string, Running> _running = new(StringComparer.Ordinal);

    /// <summary>Returns the number of rows of an upload that have been classified so far; null if no upload with this name is running.</summary>
    internal int? RowsOf(string name) => _running.TryGetValue(name, out var running) ? running.Rows : null;

    /// <summary>Starts the progress report of an upload.</summary>
    /// <param name="name">
    /// Name chosen by the client; null if the progress is not requested. A name of more than 64 characters is ignored. If two running uploads share a name,
    /// only the progress of the upload that began first is reported.
    /// </param>
    /// <returns>Object that receives the progress. The caller must dispose it when the upload ends.</returns>
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

        /// <summary>Sets the number of classified rows of the upload, which other requests read with <see cref="RowsOf"/>.</summary>
        /// <param name="rows">Total number of rows classified so far.</param>
        internal void Tell(int rows) => Volatile.Write(ref _rows, rows);

        public void Dispose()
        {
            if (name is not null) all._running.TryRemove(new(name, this)); // keeps the entry if it belongs to another upload with the same name
        }
    }
}

/// <summary>Response to a request for the progress of an upload. The client chooses the name of the upload, and sends it with the request.</summary>
/// <param name="Rows">Number of rows classified so far; null if no upload with the requested name is running.</param>
internal sealed record SubmissionProgress(int? Rows);
