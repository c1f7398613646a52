using Microsoft.EntityFrameworkCore;
using MnistService.Startup;

namespace MnistService.Database;

internal static class DatabaseFeature
{
    /// <summary>The database behind an <see cref="IDbContextFactory{TContext}"/>, migrated before the service listens.</summary>
    internal static IServiceCollection AddServiceDatabase(this IServiceCollection services)
    {
        services.AddSingleton<IDbContextFactory<ServiceDatabase>, DatabaseFactory>();
        services.AddSingleton<DatabaseAddress>();
        services.AddSingleton<DatabaseGlance>();
        services.AddSingleton<DatabaseSchema>();
        services.AddSingleton<IStartWork, DatabaseMigration>();
        return services;
    }
}
