using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Migrations;

namespace MnistService.Database;

/// <summary>
/// Checks at startup whether migrations are pending or training jobs must be recovered. Reads the database without EF Core, because the first use of EF Core
/// takes tenths of a second, and usually there is nothing to do. If the database cannot be read, the caller uses EF Core, which reports the error.
/// </summary>
internal sealed class MigrationCheck(DatabaseConnectionString address)
{
    /// <summary>Ids of the migrations in this build, sorted by name.</summary>
    internal static IReadOnlyList<string> KnownMigrations { get; } =
        [.. typeof(MigrationCheck).Assembly.GetTypes().Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id).OfType<string>().Order(StringComparer.Ordinal)];

    /// <summary>Returns whether all migrations of this build are applied; <c>false</c> if the database cannot be read.</summary>
    internal bool IsMigrated()
    {
        var applied = Read("SELECT MigrationId FROM __EFMigrationsHistory", row => row.GetString(0));
        return applied is not null && KnownMigrations.All(applied.Contains);
    }

    /// <summary>Creation time of the database, as stored by <see cref="DatabaseAge"/>; <c>null</c> if the database cannot be read.</summary>
    internal DateTimeOffset? CreatedAt => Read(DatabaseAge.Query, row => row.GetInt64(0)) is { Count: 1 } found ? DatabaseAge.Read(found.Single()) : null;

    /// <summary>Returns whether the database contains training jobs in one of these states; <c>true</c> if the database cannot be read.</summary>
    internal bool MayHoldJobs(params string[] states) => Read("SELECT DISTINCT State FROM TrainingJobs", row => row.GetString(0)) is not { } found || found.Overlaps(states);

    /// <returns>The distinct values of the rows, or <c>null</c> if the database does not exist or cannot be read.</returns>
    private HashSet<T>? Read<T>(string query, Func<SqliteDataReader, T> value)
    {
        // Uses the same connection string as EF Core, which later reuses this connection from the pool.
        using var connection = new SqliteConnection(address.ConnectionString);
        if (!File.Exists(connection.DataSource)) return null; // opening the connection would create the file
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
