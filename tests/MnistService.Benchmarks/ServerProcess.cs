using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MnistService.Benchmarks;

/// <summary>A server in a process of its own, on a free port of 127.0.0.1. It ends with this object.</summary>
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

    /// <summary>Of the process.</summary>
    internal int Id => _process.Id;

    /// <summary>Null while it runs; 128 and the signal's number when a signal ended it.</summary>
    internal int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <summary>What it has written since it was ready.</summary>
    internal string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>From the call that started it to the line that says that it is ready, as seen from here.</summary>
    internal double SecondsToReady { get; }

    /// <summary>What that line says; null when it says nothing of it.</summary>
    internal double? ReportedSeconds { get; }

    /// <summary>Time on processors so far; the kernel counts it in hundredths of a second.</summary>
    internal TimeSpan ProcessorTime => Look().TotalProcessorTime;

    /// <summary>Resident memory in bytes: now, and at its highest since <see cref="ForgetHighest"/>.</summary>
    internal (long Now, long Highest) Memory => (Look().WorkingSet64, _process.PeakWorkingSet64);

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended before.</exception>
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
            _ = server.ReadOnAsync(); // nobody else empties the pipe
            return server;
        }
        process.Dispose();
        throw new InvalidOperationException("The server ended before it was ready.");
    }

    /// <summary>Another command of this program as a server.</summary>
    internal static Task<ServerProcess> StartPeerAsync(params string[] command) => StartAsync(Peer(command));

    /// <summary>How another command of this program is run.</summary>
    internal static ProcessStartInfo Peer(params string[] command) => new("dotnet", [typeof(ServerProcess).Assembly.Location, .. command]);

    /// <summary>Has the kernel count <see cref="Memory"/>'s highest from now on (proc(5): clear_refs).</summary>
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
