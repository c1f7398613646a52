using System.Diagnostics;
using System.Globalization;

namespace MnistService.Startup;

/// <summary>
/// What the start spent its time on, for the line of the log that ends it: who waits longer than usual sees for what. The phases follow each
/// other and add up to the whole; what ran side by side within one stands behind it in brackets.
/// </summary>
internal sealed class StartPhases
{
    private readonly DateTime _processStart = Process.GetCurrentProcess().StartTime;
    private readonly List<string> _phases = [];
    private TimeSpan _ended;

    /// <summary>Since the process started, before the first line of this program ran.</summary>
    internal TimeSpan Elapsed => DateTime.Now - _processStart;

    /// <summary>Ends the phase that has run since the one before it ended. For the thread that starts the service.</summary>
    /// <param name="name">As an operator calls it.</param>
    /// <param name="within">What ran side by side in it, and for how long.</param>
    internal void End(string name, params IEnumerable<(string Name, TimeSpan Time)> within)
    {
        var now = Elapsed;
        var parts = string.Join(", ", within.Select(part => Line(part.Name, part.Time)));
        _phases.Add(Line(name, now - _ended) + (parts.Length > 0 ? $" [{parts}]" : ""));
        _ended = now;
    }

    /// <returns><c>runtime 0.04, services 0.16, …</c>, in seconds.</returns>
    public override string ToString() => string.Join(", ", _phases);

    private static string Line(string name, TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{name} {time.TotalSeconds:f2}");
}
