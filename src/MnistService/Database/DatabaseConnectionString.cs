using Microsoft.Extensions.Options;
using MnistService.Startup;

namespace MnistService.Database;

/// <summary>Connection string of the database, from the settings; by default a SQLite file in the data directory.</summary>
internal sealed class DatabaseConnectionString(IConfiguration configuration, IOptions<DataOptions> data)
{
    private const string ProviderSetting = "MnistService:Database:Provider";

    /// <exception cref="SettingException">The configured provider is not supported.</exception>
    internal string ConnectionString
    {
        get
        {
            if (configuration[ProviderSetting] is { } other && !other.Equals("Sqlite", StringComparison.OrdinalIgnoreCase))
                throw new SettingException($"{ProviderSetting} is '{other}'; expected Sqlite.");
            return configuration.GetConnectionString("MnistService") ?? $"Data Source={Path.Combine(data.Value.Directory, "mnistservice.db")}";
        }
    }
}
