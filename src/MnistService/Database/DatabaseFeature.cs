using Microsoft.EntityFrameworkCore;
using MnistService.Startup;

namespace MnistService.Database;

internal static class DatabaseFeature
{
    /// <summary>Registers the database as an <see cref="IDbContextFactory{TContext}"/>, and the startup task that migrates it before Kestrel listens.</summary>
    internal static IServiceCollection AddServiceDatabase(this IServiceCollection services)
    {
        services.AddSingleton<IDbContextFactory<ServiceDatabase>, DatabaseFactory>();
        services.AddSingleton<DatabaseAddress>();
        services.AddSingleton<DatabaseGlance>();
        services.AddSingleton<DatabaseSchema>();
        services.AddSingleton<IStartWork, DatabaseMigration>();
        services.AddSingleton<JobReferences>();
        return services;
    }
}
