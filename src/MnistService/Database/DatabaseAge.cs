using System.Globalization;

namespace MnistService.Database;

/// <summary>When a database was created, in seconds since 2024, as SQLite's <c>user_version</c>. 0 in databases of older versions.</summary>
internal static class DatabaseAge
{
    internal const string Query = "PRAGMA user_version";

    private static readonly DateTimeOffset Epoch = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal static string Mark(DateTimeOffset now) => $"{Query} = {((long)(now - Epoch).TotalSeconds).ToString(CultureInfo.InvariantCulture)};";

    internal static DateTimeOffset Read(long seconds) => Epoch.AddSeconds(seconds);
}
