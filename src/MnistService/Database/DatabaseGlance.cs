using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Migrations;

namespace MnistService.Database;

/// <summary>
/// Looks whether the start has anything to do in the database, without EF Core: its first use takes some tenths of a second, and most starts find
/// nothing. What is to be done, EF Core does; a database that cannot be looked at is left to it too, and to its words.
/// </summary>
internal sealed class DatabaseGlance(DatabaseAddress address)
{
    /// <summary>The migrations that this build knows, as their files are named.</summary>
    internal static IReadOnlyList<string> KnownMigrations { get; } =
        [.. typeof(DatabaseGlance).Assembly.GetTypes().Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id).OfType<string>().Order(StringComparer.Ordinal)];

    /// <summary>Whether each of them has been applied.</summary>
    internal bool IsMigrated()
    {
        var applied = Read("SELECT MigrationId FROM __EFMigrationsHistory", row => row.GetString(0));
        return applied is not null && KnownMigrations.All(applied.Contains);
    }

    /// <summary>When the database was created; null if it cannot be read.</summary>
    internal DateTimeOffset? CreatedAt => Read(DatabaseAge.Query, row => row.GetInt64(0)) is { Count: 1 } found ? DatabaseAge.Read(found.Single()) : null;

    /// <summary>Whether there may be training jobs in one of these states.</summary>
    internal bool MayHoldJobs(params string[] states) => Read("SELECT DISTINCT State FROM TrainingJobs", row => row.GetString(0)) is not { } found || found.Overlaps(states);

    /// <returns>Null when the database is not there, or cannot be read.</returns>
    private HashSet<T>? Read<T>(string query, Func<SqliteDataReader, T> value)
    {
        using var connection = new SqliteConnection(address.ConnectionString); // as EF Core opens it, which later has this one from the pool
        if (!File.Exists(connection.DataSource)) return null; // to open it would make it
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = query;
            using var rows = command.ExecuteReader();
            var found = new HashSet<T>();
            while (rows.Read()) found.Add(value(rows));
            return found;
        }
        catch (SqliteException)
        {
            return null;
        }
    }
}
