using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace MnistService.Database;

/// <summary>
/// The command <c>dotnet MnistService.dll schema FILE</c>: writes the SQL of all migrations to a file, for <see cref="DatabaseSchema"/>. The build runs this
/// command (<c>Schema.targets</c>).
/// </summary>
internal static class SchemaCommand
{
    /// <summary>Whether the command-line arguments invoke this command instead of the service.</summary>
    internal static bool Is(string[] arguments) => arguments is ["schema", _];

    /// <returns>The exit code of the process: 0.</returns>
    internal static int Run(string[] arguments)
    {
        using var database = new DesignTimeDatabase().CreateDbContext([]);
        File.WriteAllText(arguments[1], CreateScript(database));
        return 0;
    }

    /// <summary>
    /// Creates the SQL script of all migrations. The script begins no transactions, because <see cref="DatabaseSchema"/> runs it inside a transaction and
    /// SQLite does not nest transactions. The method does not open the database.
    /// </summary>
    internal static string CreateScript(DbContext database) =>
        database.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.NoTransactions).ReplaceLineEndings("\n");
}
