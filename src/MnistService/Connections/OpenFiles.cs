using System.Globalization;

namespace MnistService.Connections;

/// <summary>
/// Limit of open files of this process (getrlimit(2): RLIMIT_NOFILE), which includes sockets. At the limit, the process can open no connection, file or
/// database. Therefore the number of connections stays below the limit.
/// </summary>
internal static class OpenFiles
{
    /// <summary>Number of file descriptors that are reserved for libraries, models, uploads and the database.</summary>
    private const long Others = 512;

    /// <summary>
    /// The soft limit, which the .NET runtime raises to the hard limit at startup; <see cref="long.MaxValue"/> if there is no limit or the limit cannot be
    /// read.
    /// </summary>
    internal static long Limit { get; } = Read();

    /// <summary>Maximum number of connections: the limit of open files less the reserved descriptors, or half of the limit if that is more.</summary>
    internal static long ForConnections(long limit) => Math.Max(limit - Others, limit / 2);

    private static long Read()
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
