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
        await using var database = await application.Services.GetRequiredService<IDbContextFactory<ServiceDatabase>>().CreateDbContextAsync(Http.Cancellation);
        Assert.False(database.Database.HasPendingModelChanges());
        Assert.Empty(await database.Database.GetPendingMigrationsAsync(Http.Cancellation));
    }
}
