using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using MnistService.Database;
using MnistService.TestSupport;

namespace MnistService.Tests.Faults;

/// <summary>SIGKILL while the startup migrates a database from the first version to the current one.</summary>
[Collection(FaultCollection.Name)]
public sealed class MigrationCrashTests(ITestOutputHelper output) : FaultRoom
{
    private const int Jobs = 500;

    private string DatabaseFile => Path.Combine(Data, "mnistservice.db");

    [Fact]
    public async Task Killed_in_a_migration_the_next_start_completes_it_and_no_row_is_lost()
    {
        var random = new Random(TestSeed.Fresh());
        for (var kill = 0; kill < Kills; kill++)
        {
            if (Directory.Exists(Data)) Directory.Delete(Data, recursive: true);
            MakeFirstVersion();
            using (var dying = Start())
            {
                // Alternates between a random time during startup and the time when the migration begins to write.
                var moment = Task.Delay(random.Next(150, 900), TestHttp.Cancellation);
                while (!moment.IsCompleted && (kill % 2 == 0 || !HasBegunToWrite())) await Task.Yield();
                dying.Kill();
                await dying.EndedAsync();
            }
            output.WriteLine($"killed with {Pending()} migrations to go");
            using var service = Start();
            using var client = await service.ListeningAsync();
            (await client.GetAsync("/health/ready", TestHttp.Cancellation)).EnsureSuccessStatusCode();
            Assert.Equal(Jobs, (int)(await client.GetJsonAsync("/train?state=succeeded&pageSize=1"))["total"]!);
            Assert.All((await client.GetJsonAsync("/datasets"))["datasets"]!.AsArray(), set => Assert.True((bool)set!["builtIn"]!)); // the table of data sets exists
            Assert.Equal(0, Pending());
        }
    }

    [Fact]
    public async Task A_migration_that_a_dead_process_never_ended_is_not_waited_for()
    {
        MakeFirstVersion();
        using (var database = Open())
        {
            database.Database.ExecuteSqlRaw("""INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00+00:00')"""); // EF Core's migration lock
        }
        using var service = Start();
        using var client = await service.ListeningAsync();
        Assert.Equal(Jobs, (int)(await client.GetJsonAsync("/train?state=succeeded&pageSize=1"))["total"]!);
        Assert.Equal(0, Pending());
    }

    private void MakeFirstVersion()
    {
        Directory.CreateDirectory(Data);
        using var database = Open();
        database.GetService<IMigrator>().Migrate(MigrationCheck.KnownMigrations[0]);
        // Raw SQL, because EF Core would use columns that the first version does not have.
        const string settings = """{"recipe":{"network":"mlp"},"data":"mnist","activate":"never"}""";
        database.Database.ExecuteSql($"""
            INSERT INTO "TrainingJobs" ("Id", "State", "CreatedAt", "SettingsJson", "EpochsJson")
            WITH RECURSIVE "Jobs"("Number") AS (SELECT 1 UNION ALL SELECT "Number" + 1 FROM "Jobs" WHERE "Number" < {Jobs})
            SELECT 'job-' || "Number", 'succeeded', {DateTimeOffset.UnixEpoch.UtcTicks}, {settings}, '[]' FROM "Jobs"
            """);
    }

    private int Pending()
    {
        using var database = Open();
        return database.Database.GetPendingMigrations().Count();
    }

    private ServiceDatabase Open() =>
        new(new DbContextOptionsBuilder<ServiceDatabase>().UseSqlite($"Data Source={DatabaseFile};Pooling=False").Options);

    private bool HasBegunToWrite() => new FileInfo($"{DatabaseFile}-wal") is { Exists: true, Length: > 0 };
}
