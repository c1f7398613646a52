using Microsoft.EntityFrameworkCore;
using MnistService.Startup;

namespace MnistService.Database;

internal static class DatabaseServiceCollectionExtensions
{
    /// <summary>
    /// Registers the database as an <see cref="IDbContextFactory{TContext}"/>. Also registers the startup task that migrates the database before Kestrel starts
    /// listening.
    /// </summary>
    internal static IServiceCollection AddServiceDatabase(this IServiceCollection services)
    {
        services.AddSingleton<IDbContextFactory<ServiceDatabase>, DatabaseFactory>();
        services.AddSingleton<DatabaseConnectionString>();
        services.AddSingleton<MigrationCheck>();
        services.AddSingleton<DatabaseSchema>();
        services.AddSingleton<IStartupTask, DatabaseMigration>();
        services.AddSingleton<JobReferences>();
        return services;
    }
}
