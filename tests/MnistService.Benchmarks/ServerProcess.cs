using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MnistService.Benchmarks;

/// <summary>A server in its own process, on a free port of 127.0.0.1. Disposing this object kills the process.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ServerProcess(Process process, Match ready, double secondsToReady)
    {
        (_process, Address, SecondsToReady) = (process, new Uri(ready.Groups["address"].Value), secondsToReady);
        ReportedSeconds = ready.Groups["seconds"] is { Success: true } said ? double.Parse(said.Value, CultureInfo.InvariantCulture) : null;
    }

    internal Uri Address { get; }

    /// <summary>Process id.</summary>
    internal int Id => _process.Id;

    /// <summary>Exit code; <c>null</c> while the process runs. If a signal ended the process, the value is 128 plus the signal number.</summary>
    internal int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <summary>Standard output since the ready line. Thread-safe.</summary>
    internal string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Seconds from the start of the process until this process read the ready line.</summary>
    internal double SecondsToReady { get; }

    /// <summary>Startup seconds that the server itself reports in its ready line; <c>null</c> if the line has no time.</summary>
    internal double? ReportedSeconds { get; }

    /// <summary>Total processor time so far, with the kernel's resolution of 10 ms.</summary>
    internal TimeSpan ProcessorTime => Look().TotalProcessorTime;

    /// <summary>Resident memory in bytes: the current value and the peak since <see cref="ForgetHighest"/>.</summary>
    internal (long Now, long Highest) Memory => (Look().WorkingSet64, _process.PeakWorkingSet64);

    /// <summary>Starts the server and waits for its ready line.</summary>
    /// <exception cref="InvalidOperationException">The server ended before it was ready.</exception>
    internal static async Task<ServerProcess> StartAsync(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Ready().Match(line) is not { Success: true } match) continue;
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var server = new ServerProcess(process, match, seconds);
            _ = server.ReadOnAsync(); // otherwise the pipe fills up and blocks the server
            return server;
        }
        process.Dispose();
        throw new InvalidOperationException("The server ended before it was ready.");
    }

    /// <summary>Starts a command of this program as a server, for example <c>serve-echo</c>.</summary>
    internal static Task<ServerProcess> StartPeerAsync(params string[] command) => StartAsync(Peer(command));

    /// <summary>Start information that runs a command of this program in a new process.</summary>
    internal static ProcessStartInfo Peer(params string[] command) => new("dotnet", [typeof(ServerProcess).Assembly.Location, .. command]);

    /// <summary>Resets the peak of <see cref="Memory"/> to the current value (proc(5): clear_refs).</summary>
    internal void ForgetHighest() => File.WriteAllText($"/proc/{_process.Id}/clear_refs", "5");

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task ReadOnAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            lock (_output) _output.AppendLine(line);
    }

    private Process Look()
    {
        _process.Refresh();
        return _process;
    }

    [GeneratedRegex(@"Ready at (?<address>http://127\.0\.0\.1:\d+)(.*, (?<seconds>[0-9.]+) s after the process started)?")]
    private static partial Regex Ready();
}
