using Microsoft.Data.Sqlite;
using MnistService.Model.Files;

namespace MnistService.Database;

/// <summary>
/// Creates a new database with an SQL script of all migrations. The build generates the script with <see cref="SchemaCommand"/>. Running the script does not
/// load EF Core, so the first start of the service is a third of a second faster.
/// </summary>
internal sealed class DatabaseSchema(DatabaseConnectionString address)
{
    /// <summary>Path of the SQL script that creates the tables, by default next to the service's assembly.</summary>
    internal string Script { get; init; } = Path.Combine(AppContext.BaseDirectory, "schema.sql");

    /// <returns>
    /// Path of the created file; <c>null</c> if a file already exists, whatever its content, or if the build has no script (<c>Schema.targets</c>). In these
    /// cases, the caller migrates the database with EF Core.
    /// </returns>
    internal string? TryCreate()
    {
        using var connection = new SqliteConnection(address.ConnectionString);
        var file = connection.DataSource;
        if (File.Exists(file) || !File.Exists(Script)) return null;
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder) AtomicFile.MakeDirectory(folder);
        connection.Open();
        Execute(connection, "PRAGMA journal_mode = WAL;", transaction: null);
        using var transaction = connection.BeginTransaction(); // if the process dies before the commit, the next start finds an empty database and uses EF Core
        Execute(connection, File.ReadAllText(Script), transaction);
        Execute(connection, DatabaseAge.Mark(DateTimeOffset.UtcNow), transaction);
        transaction.Commit();
        return file;
    }

    private static void Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        command.ExecuteNonQuery();
    }
}
