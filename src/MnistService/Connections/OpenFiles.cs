using System.Globalization;

namespace MnistService.Connections;

/// <summary>
/// How many files and connections the kernel lets this process have open (getrlimit(2): RLIMIT_NOFILE). Where no more can be opened the web server goes round
/// in a loop of failing accepts, and no picture and no database can be opened either: connections stop short of it.
/// </summary>
internal static class OpenFiles
{
    /// <summary>For libraries, models, uploads and the database.</summary>
    private const long Others = 512;

    /// <summary>Connections that leave room for the others; at least half of the limit where it is very low.</summary>
    internal static long ForConnections { get; } = Limit() is var limit ? Math.Max(limit - Others, limit / 2) : 0;

    /// <returns>The soft limit, which the runtime raises to the hard one at its start; none where it cannot be read.</returns>
    private static long Limit()
    {
        const string Name = "Max open files";
        try
        {
            var line = File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal)) ?? "";
            return long.TryParse(line[Math.Min(Name.Length, line.Length)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
                ? limit
                : long.MaxValue;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return long.MaxValue;
        }
    }
}
