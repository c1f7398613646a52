using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MnistService.Database;
using MnistService.Startup;

namespace MnistService.Tests.Database;

/// <summary>The startup's migration check, which works without EF Core, gives the same results as EF Core.</summary>
public sealed class MigrationCheckTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-glance-").FullName;
    private readonly DatabaseFactory _databases;
    private readonly MigrationCheck _glance;

    public MigrationCheckTests()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:MnistService", $"Data Source={File};Pooling=False")]).Build();
        var address = new DatabaseConnectionString(configuration, Options.Create(new DataOptions()));
        _databases = new DatabaseFactory(address, NullLoggerFactory.Instance);
        _glance = new MigrationCheck(address);
    }

    private string File => Path.Combine(_folder, "service.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_knows_the_migrations_that_EF_Core_knows()
    {
        using var database = _databases.CreateDbContext();
        Assert.Equal(database.Database.GetMigrations(), MigrationCheck.KnownMigrations);
    }

    [Fact]
    public void A_database_that_is_not_there_is_not_migrated_and_not_made()
    {
        Assert.False(_glance.IsMigrated());
        Assert.True(_glance.MayHoldJobs("running"));
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public void What_is_not_a_database_is_left_to_EF_Core()
    {
        System.IO.File.WriteAllText(File, new string('?', 5000));
        Assert.False(_glance.IsMigrated());
        Assert.True(_glance.MayHoldJobs("running"));
    }

    [Fact]
    public void A_database_is_migrated_when_its_last_migration_has_been_applied_and_not_before()
    {
        using var database = _databases.CreateDbContext();
        var migrator = database.GetService<IMigrator>();
        migrator.Migrate(MigrationCheck.KnownMigrations[0]);
        Assert.False(_glance.IsMigrated());
        migrator.Migrate();
        Assert.True(_glance.IsMigrated());
    }

    [Fact]
    public void Jobs_are_seen_in_the_states_that_are_asked_for()
    {
        using var database = _databases.CreateDbContext();
        database.Database.Migrate();
        Assert.False(_glance.MayHoldJobs("queued", "running"));
        database.TrainingJobs.Add(new TrainingJobRecord { Id = "one", State = "running", CreatedAt = DateTimeOffset.UnixEpoch, SettingsJson = "{}" });
        database.SaveChanges();
        Assert.True(_glance.MayHoldJobs("queued", "running"));
        Assert.False(_glance.MayHoldJobs("queued", "interrupted"));
    }
}
