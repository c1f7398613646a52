using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MnistService.Database;

namespace MnistService.Tests.Database;

public sealed class MigrationTests
{
    [Fact]
    public async Task The_migrations_make_the_database_that_the_code_expects()
    {
        await using var application = new ServiceApplication();
        application.Start().Dispose();
        await using var database = await application.Services.GetRequiredService<IDbContextFactory<ServiceDatabase>>().CreateDbContextAsync(TestHttp.Cancellation);
        Assert.False(database.Database.HasPendingModelChanges());
        Assert.Empty(await database.Database.GetPendingMigrationsAsync(TestHttp.Cancellation));
    }

    /// <summary>Acknowledged data must survive a power failure, so SQLite flushes each commit to the disk (<c>synchronous</c> = 2 means FULL).</summary>
    [Theory]
    [InlineData("PRAGMA synchronous", "2")]
    [InlineData("PRAGMA journal_mode", "wal")]
    public async Task A_commit_is_on_the_disk(string pragma, string expected)
    {
        await using var application = new ServiceApplication();
        application.Start().Dispose();
        await using var database = await application.Services.GetRequiredService<IDbContextFactory<ServiceDatabase>>().CreateDbContextAsync(TestHttp.Cancellation);
        await database.Database.OpenConnectionAsync(TestHttp.Cancellation);
        await using var command = database.Database.GetDbConnection().CreateCommand();
        command.CommandText = pragma;
        Assert.Equal(expected, Convert.ToString(await command.ExecuteScalarAsync(TestHttp.Cancellation), System.Globalization.CultureInfo.InvariantCulture));
    }
}
