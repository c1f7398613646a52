using Microsoft.EntityFrameworkCore;

namespace MnistService.Database;

/// <summary>Brings the database to this version's schema before anything else starts. Readers do not wait for writers (WAL).</summary>
internal sealed partial class DatabaseMigration(IDbContextFactory<ServiceDatabase> databases, ILogger<DatabaseMigration> log) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var file = database.Database.GetDbConnection().DataSource;
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder) Directory.CreateDirectory(folder);
        var pending = (await database.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        if (pending.Count == 0) return;
        await database.Database.MigrateAsync(cancellationToken);
        await database.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL;", cancellationToken);
        Log.Migrated(log, file, string.Join(", ", pending));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Migrated the database {File}: {Migrations}")]
        public static partial void Migrated(ILogger log, string file, string migrations);
    }
}
