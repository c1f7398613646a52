using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MnistService.Hosting;

namespace MnistService.Database;

internal static class DatabaseFeature
{
    private const string ProviderSetting = "MnistService:Database:Provider";

    /// <summary>The database behind an <see cref="IDbContextFactory{TContext}"/>, migrated before the service listens.</summary>
    internal static IServiceCollection AddServiceDatabase(this IServiceCollection services)
    {
        services.AddDbContextFactory<ServiceDatabase>((provider, options) =>
        {
            var configuration = provider.GetRequiredService<IConfiguration>();
            if (configuration[ProviderSetting] is { } other && !other.Equals("Sqlite", StringComparison.OrdinalIgnoreCase))
                throw new SettingException($"{ProviderSetting} is '{other}'; expected Sqlite.");
            var configured = configuration.GetConnectionString("MnistService");
            var directory = provider.GetRequiredService<IOptions<DataOptions>>().Value.Directory;
            options.UseSqlite(configured ?? $"Data Source={Path.Combine(directory, "mnistservice.db")}");
        });
        services.AddSingleton<IStartWork, DatabaseMigration>();
        return services;
    }
}
