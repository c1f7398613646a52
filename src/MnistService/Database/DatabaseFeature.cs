using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MnistService.Hosting;

namespace MnistService.Database;

internal static class DatabaseFeature
{
    /// <summary>The database behind an <see cref="IDbContextFactory{TContext}"/>, migrated before the service listens.</summary>
    internal static IServiceCollection AddServiceDatabase(this IServiceCollection services)
    {
        services.AddDbContextFactory<ServiceDatabase>((provider, options) =>
        {
            var configured = provider.GetRequiredService<IConfiguration>().GetConnectionString("MnistService");
            var directory = provider.GetRequiredService<IOptions<DataOptions>>().Value.Directory;
            options.UseSqlite(configured ?? $"Data Source={Path.Combine(directory, "mnistservice.db")}");
        });
        services.AddHostedService<DatabaseMigration>();
        return services;
    }
}
