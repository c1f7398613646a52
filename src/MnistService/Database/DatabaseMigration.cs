using Microsoft.EntityFrameworkCore;
using MnistService.Startup;

namespace MnistService.Database;

/// <summary>
/// Startup task that creates the database or migrates it to this version's schema. Enables WAL mode, so that readers do not wait for writers.
/// </summary>
internal sealed partial class DatabaseMigration(
    MigrationCheck glance, DatabaseSchema schema, IDbContextFactory<ServiceDatabase> databases, ILogger<DatabaseMigration> log) : IStartupTask
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
        // WAL mode is set before the migration. If it were set afterward, and the process died in between, later starts would find no pending migration and
        // never set it.
        database.Database.ExecuteSqlRaw("PRAGMA journal_mode = WAL;");
        // EF Core uses the table __EFMigrationsLock as a lock, and waits forever if a process died while it held the lock. This process holds the lock of the
        // data directory, so no other process uses the database, and the table can be dropped.
        database.Database.ExecuteSqlRaw("DROP TABLE IF EXISTS __EFMigrationsLock;");
        database.Database.Migrate();
        Log.Migrated(log, file, string.Join(", ", pending));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Created the database {File}")]
        public static partial void Created(ILogger log, string file);

        [LoggerMessage(LogLevel.Information, "Migrated the database {File}: {Migrations}")]
        public static partial void Migrated(ILogger log, string file, string migrations);
    }
}
