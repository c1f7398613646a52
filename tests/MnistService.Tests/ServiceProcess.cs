using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using MnistService.TestSupport;

namespace MnistService.Tests;

/// <summary>The service in a separate process, as an operator runs it: environment variables as settings, signals, and an exit code.</summary>
internal sealed partial class ServiceProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;

    /// <param name="folder">Working directory; its subfolder <c>data</c> is the data directory.</param>
    /// <param name="settings">Environment variables, such as <c>MnistService__Inference__Device</c>.</param>
    internal ServiceProcess(string folder, params (string Name, string Value)[] settings)
    {
        // A shell without job control starts background commands with SIGINT ignored, and children inherit it; env(1) undoes that and keeps the process id.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "MnistService.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["MnistService__Data__Directory"] = Path.Combine(folder, "data");
        start.Environment["MnistService__Data__Download"] = "false";
        // Other tests run in parallel and would leave almost no processor time to a yielding job.
        start.Environment["MnistService__Training__YieldToServing"] = "false";
        start.Environment["MnistService__Models__Directory"] = Path.Combine(MnistLocation.Root, "models");
        foreach (var (name, value) in settings) start.Environment[name] = value;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => _address.TrySetException(new InvalidOperationException("The service ended before it listened."));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Resident memory of the process in bytes: current value and peak.</summary>
    internal (long Now, long Highest) Memory
    {
        get
        {
            var status = File.ReadAllLines($"/proc/{_process.Id}/status");
            return (Bytes("VmRSS:"), Bytes("VmHWM:"));

            long Bytes(string name) =>
                1024 * long.Parse(status.Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Resets the peak value of <see cref="Memory"/> to the current value (proc(5): clear_refs).</summary>
    /// <returns>Current resident memory in bytes.</returns>
    internal long ForgetHighest()
    {
        File.WriteAllText($"/proc/{_process.Id}/clear_refs", "5");
        return Memory.Now;
    }

    /// <summary>Names of the threads, and whether each thread runs at idle priority (sched(7): SCHED_IDLE).</summary>
    internal IReadOnlyList<(string Name, bool Yields)> Threads
    {
        get
        {
            const int Policy = 38, Idle = 5; // proc(5): field 41 (policy), as an index that starts after the name
            return [.. Directory.EnumerateDirectories($"/proc/{_process.Id}/task").Select(StatOf).OfType<string>()
                .Select(stat => (stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..stat.LastIndexOf(')')],
                    int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[Policy], CultureInfo.InvariantCulture) == Idle))];
        }
    }

    /// <summary>Reads the <c>stat</c> file of a thread; <c>null</c> if the thread has ended since it was listed.</summary>
    private static string? StatOf(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "stat"));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Whether a native library is mapped into the process.</summary>
    internal bool HasLoaded(string library) => File.ReadLines($"/proc/{_process.Id}/maps").Any(line => line.EndsWith($"/{library}", StringComparison.Ordinal));

    /// <summary>Output of the process so far, standard output and standard error together.</summary>
    internal string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Waits until the service listens, at most 60 s, and creates a client for its address.</summary>
    internal async Task<HttpClient> ListeningAsync() => new() { BaseAddress = await _address.Task.WaitAsync(Patience, TestHttp.Cancellation) };

    internal void Send(PosixSignal signal)
    {
        using var kill = Process.Start("kill", [signal == PosixSignal.SIGTERM ? "-TERM" : "-INT", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    internal void Kill() => _process.Kill();

    /// <summary>Waits until the process has ended, at most 60 s.</summary>
    /// <returns>The exit code.</returns>
    internal async Task<int> EndedAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestHttp.Cancellation);
        patience.CancelAfter(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
        if (Address().Match(line) is { Success: true } match) _address.TrySetResult(new Uri(match.Value));
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
