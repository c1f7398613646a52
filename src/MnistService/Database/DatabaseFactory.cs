using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace MnistService.Database;

/// <summary>Creates database contexts. The options are built lazily with the first context, so that startup does not load EF Core.</summary>
internal sealed class DatabaseFactory(DatabaseConnectionString address, ILoggerFactory logs) : IDbContextFactory<ServiceDatabase>
{
    private readonly Lazy<DbContextOptions<ServiceDatabase>> _options = new(() =>
        new DbContextOptionsBuilder<ServiceDatabase>().UseSqlite(address.ConnectionString).UseLoggerFactory(logs).Options);

    public ServiceDatabase CreateDbContext() => new(_options.Value);
}

/// <summary>Lets <c>dotnet ef migrations add</c> read the EF Core model without starting the service.</summary>
internal sealed class DesignTimeDatabase : IDesignTimeDbContextFactory<ServiceDatabase>
{
    public ServiceDatabase CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<ServiceDatabase>().UseSqlite("Data Source=design-time.db").Options);
}
