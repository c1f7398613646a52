using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MnistService.Startup;
using MnistService.Storage;
using MnistService.Tests.Datasets;

namespace MnistService.Tests.Storage;

/// <summary>The periodic sweep for orphaned files in a running service.</summary>
public sealed class PeriodicSweepTests : IDisposable
{
    private readonly ServiceApplication _application = new();

    private string Orphan => Path.Combine(_application.Folder, "data", "datasets", "02n5fcn1zqjbt.images");

    public void Dispose() => _application.Dispose();

    [Fact]
    public async Task A_young_file_without_a_row_is_kept_until_it_is_old_enough()
    {
        using var client = _application.Start();
        var dataset = await client.AddDatasetAsync(DatasetFiles.Csv());
        var sweep = _application.Services.GetServices<IHostedService>().OfType<StorageSweep>().Single();
        // The sweep at startup would delete the young file. Work that is added later runs after it.
        await _application.Services.GetRequiredService<AfterStartup>().RunAsync(() => { }, TestHttp.Cancellation);
        await File.WriteAllTextAsync(Orphan, "", TestHttp.Cancellation);
        sweep.Sweep(TimeSpan.FromMinutes(10));
        Assert.True(File.Exists(Orphan));
        sweep.Sweep(TimeSpan.Zero);
        Assert.False(File.Exists(Orphan));
        Assert.Equal(dataset, (string?)(await client.GetJsonAsync("/datasets"))["datasets"]![0]!["id"]);
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(Orphan)!, $"{dataset}.images")));
    }
}
