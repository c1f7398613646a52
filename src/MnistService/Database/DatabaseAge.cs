using System.Globalization;

namespace MnistService.Database;

/// <summary>
/// Creation time of a database, stored in SQLite's <c>user_version</c> as seconds since 2024-01-01 UTC. The value is 0 if EF Core or an older
/// version of the service created the database.
/// </summary>
internal static class DatabaseAge
{
    internal const string Query = "PRAGMA user_version";

    private static readonly DateTimeOffset Epoch = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal static string Mark(DateTimeOffset now) => $"{Query} = {((long)(now - Epoch).TotalSeconds).ToString(CultureInfo.InvariantCulture)};";

    internal static DateTimeOffset Read(long seconds) => Epoch.AddSeconds(seconds);
}
