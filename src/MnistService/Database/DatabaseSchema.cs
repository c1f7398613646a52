using Microsoft.Data.Sqlite;
using MnistService.Model.Files;

namespace MnistService.Database;

/// <summary>
/// Makes a new database by a script that is what all migrations would do, one after the other (a test compares them). EF Core takes a third of a second to
/// get ready for that, which would be the longest part of a first start.
/// </summary>
internal sealed class DatabaseSchema(DatabaseAddress address)
{
    internal const string Script = "schema.sql";

    /// <returns>The file; null when there is one already, whatever it is: that is EF Core's.</returns>
    internal string? TryCreate()
    {
        using var connection = new SqliteConnection(address.ConnectionString);
        var file = connection.DataSource;
        if (File.Exists(file)) return null;
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder) AtomicFile.MakeDirectory(folder);
        connection.Open();
        Execute(connection, "PRAGMA journal_mode = WAL;", transaction: null);
        using var transaction = connection.BeginTransaction(); // whole or not at all: what a dead start leaves is empty, and migrated by EF Core
        Execute(connection, Read(), transaction);
        Execute(connection, DatabaseAge.Mark(DateTimeOffset.UtcNow), transaction);
        transaction.Commit();
        return file;
    }

    /// <summary>The script, as it stands in the assembly.</summary>
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
