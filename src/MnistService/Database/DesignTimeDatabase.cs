using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace MnistService.Database;

/// <summary>Lets <c>dotnet ef migrations add</c> read the EF Core model without starting the service.</summary>
internal sealed class DesignTimeDatabase : IDesignTimeDbContextFactory<ServiceDatabase>
{
    public ServiceDatabase CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<ServiceDatabase>().UseSqlite("Data Source=design-time.db").Options);
}
