using Microsoft.EntityFrameworkCore;
using MnistService.Startup;

namespace MnistService.Database;

/// <summary>Brings the database to this version's schema before the web server listens. Readers do not wait for writers (WAL).</summary>
internal sealed partial class DatabaseMigration(
    DatabaseGlance glance, DatabaseSchema schema, IDbContextFactory<ServiceDatabase> databases, ILogger<DatabaseMigration> log) : IStartWork
{
    public string Name => "database";

    public void Run()
    {
        if (glance.IsMigrated()) return;
        if (schema.TryCreate() is { } created)
        {
            Log.Created(log, created);
            return;
        }
        using var database = databases.CreateDbContext();
        var file = database.Database.GetDbConnection().DataSource;
        var pending = database.Database.GetPendingMigrations().ToList();
        if (pending.Count == 0) return;
        database.Database.ExecuteSqlRaw("PRAGMA journal_mode = WAL;"); // before: a start that dies between the two would leave it undone for ever
        // With this table EF Core keeps others from migrating, and waits without end for the mark of a process that died in it.
        // Whoever has the data directory is alone with the database.
        database.Database.ExecuteSqlRaw("DROP TABLE IF EXISTS __EFMigrationsLock;");
        database.Database.Migrate();
        Log.Migrated(log, file, string.Join(", ", pending));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Made the database {File}")]
        public static partial void Created(ILogger log, string file);

        [LoggerMessage(LogLevel.Information, "Migrated the database {File}: {Migrations}")]
        public static partial void Migrated(ILogger log, string file, string migrations);
    }
}
