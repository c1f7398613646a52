using Microsoft.Extensions.Options;
using MnistService.Startup;

namespace MnistService.Database;

/// <summary>Connection string of the database: the setting <c>ConnectionStrings:MnistService</c>; by default, a SQLite file in the data directory.</summary>
internal sealed class DatabaseConnectionString(IConfiguration configuration, IOptions<DataOptions> data)
{
    internal string ConnectionString =>
        configuration.GetConnectionString("MnistService") ?? $"Data Source={Path.Combine(data.Value.Directory, "mnistservice.db")}";
}
