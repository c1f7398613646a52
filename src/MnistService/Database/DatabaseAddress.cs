using Microsoft.Extensions.Options;
using MnistService.Startup;

namespace MnistService.Database;

/// <summary>Where the database is, as the settings say it.</summary>
internal sealed class DatabaseAddress(IConfiguration configuration, IOptions<DataOptions> data)
{
    private const string ProviderSetting = "MnistService:Database:Provider";

    /// <exception cref="SettingException">Of a kind that this version does not know.</exception>
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
