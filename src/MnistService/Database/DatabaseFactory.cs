using Microsoft.EntityFrameworkCore;

namespace MnistService.Database;

/// <summary>Creates database contexts. The options are built lazily with the first context, so that startup does not load EF Core.</summary>
internal sealed class DatabaseFactory(DatabaseConnectionString address, ILoggerFactory logs) : IDbContextFactory<ServiceDatabase>
{
    private readonly Lazy<DbContextOptions<ServiceDatabase>> _options = new(() =>
        new DbContextOptionsBuilder<ServiceDatabase>().UseSqlite(address.ConnectionString).UseLoggerFactory(logs).Options);

    public ServiceDatabase CreateDbContext() => new(_options.Value);
}
