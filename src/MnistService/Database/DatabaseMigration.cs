using Microsoft.EntityFrameworkCore;
using MnistService.Hosting;

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
        database.Database.Migrate();
        database.Database.ExecuteSqlRaw("PRAGMA journal_mode = WAL;");
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
