using Microsoft.Data.Sqlite;
using MnistService.Model.Files;

namespace MnistService.Database;

/// <summary>
/// Creates a new database with a SQL script that is equivalent to all migrations in sequence (a test compares the two). EF Core needs a third of a second for
/// its initialization, which would be the longest part of a first start.
/// </summary>
internal sealed class DatabaseSchema(DatabaseConnectionString address)
{
    internal const string Script = "schema.sql";

    /// <returns>Path of the created file; <c>null</c> if a file already exists, whatever its content. EF Core migrates an existing file.</returns>
    internal string? TryCreate()
    {
        using var connection = new SqliteConnection(address.ConnectionString);
        var file = connection.DataSource;
        if (File.Exists(file)) return null;
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder) AtomicFile.MakeDirectory(folder);
        connection.Open();
        Execute(connection, "PRAGMA journal_mode = WAL;", transaction: null);
        using var transaction = connection.BeginTransaction(); // atomic: an aborted start leaves an empty database, which EF Core migrates
        Execute(connection, Read(), transaction);
        Execute(connection, DatabaseAge.Mark(DateTimeOffset.UtcNow), transaction);
        transaction.Commit();
        return file;
    }

    /// <summary>Reads the script from the resources of the assembly.</summary>
    internal static string Read()
    {
        using var stream = typeof(DatabaseSchema).Assembly.GetManifestResourceStream(Script)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static void Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        command.ExecuteNonQuery();
    }
}
