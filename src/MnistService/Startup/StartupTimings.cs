using System.Diagnostics;
using System.Globalization;

namespace MnistService.Startup;

/// <summary>
/// Durations of the startup phases, logged when the service is ready, so that an operator can see the cause of a slow start. The phases are sequential and add
/// up to the total time. In the log, the durations of parallel tasks follow the phase in which the tasks ran, in brackets.
/// </summary>
internal sealed class StartupTimings
{
    private readonly DateTime _processStart = Process.GetCurrentProcess().StartTime;
    private readonly List<string> _phases = [];
    private TimeSpan _ended;

    /// <summary>Time since the operating system started the process, including the time before Main.</summary>
    internal TimeSpan Elapsed => DateTime.Now - _processStart;

    /// <summary>Ends the current phase. Each phase starts when the previous phase ends. Not thread-safe.</summary>
    /// <param name="name">Name of the phase in the log.</param>
    /// <param name="within">Tasks that ran in parallel in this phase, with their durations.</param>
    internal void End(string name, params IEnumerable<(string Name, TimeSpan Time)> within)
    {
        var now = Elapsed;
        var parts = string.Join(", ", within.Select(part => Line(part.Name, part.Time)));
        _phases.Add(Line(name, now - _ended) + (parts.Length > 0 ? $" [{parts}]" : ""));
        _ended = now;
    }

    /// <returns>The phases with their durations in seconds: <c>runtime 0.04, services 0.16, …</c>.</returns>
    public override string ToString() => string.Join(", ", _phases);

    private static string Line(string name, TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{name} {time.TotalSeconds:f2}");
}
