using Microsoft.EntityFrameworkCore;

namespace MnistService.Database;

/// <summary>Opens the database through EF Core. Its options are made with the first one, not with the services that may need one: EF Core is not loaded at start.</summary>
internal sealed class DatabaseFactory(DatabaseAddress address, ILoggerFactory logs) : IDbContextFactory<ServiceDatabase>
{
    private readonly Lazy<DbContextOptions<ServiceDatabase>> _options = new(() =>
        new DbContextOptionsBuilder<ServiceDatabase>().UseSqlite(address.ConnectionString).UseLoggerFactory(logs).Options);

    public ServiceDatabase CreateDbContext() => new(_options.Value);
}
