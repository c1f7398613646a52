using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MnistService.Datasets;
using MnistService.Startup;

namespace MnistService.Tests.Datasets;

/// <summary>The check of the configured reference sets at startup.</summary>
public sealed class ReferenceSetsTests : IDisposable
{
    private readonly ServiceApplication _application = new();

    public void Dispose() => _application.Dispose();

    [Fact]
    public async Task A_set_with_too_few_images_stops_the_startup_and_one_more_image_is_enough()
    {
        using var client = _application.Start();
        var few = await client.AddDatasetAsync(DatasetFiles.Csv(Rows(1_350)));
        var enough = await client.AddDatasetAsync(DatasetFiles.Csv(Rows(1_351)));
        var error = await Assert.ThrowsAsync<SettingException>(() => StartAsync(enough, few));
        Assert.Equal($"The setting MnistService:Promotion:ReferenceSets lists '{few}', which has 1,350 images; expected 1,351 to 100,000. Remove the id from the setting.", error.Message);
        await StartAsync(enough, "mnist");
    }

    private static IEnumerable<string> Rows(int count) => Enumerable.Range(0, count).Select(i => DatasetFiles.Rows[i % DatasetFiles.Images]);

    private async Task StartAsync(params string[] sets)
    {
        var services = _application.Services;
        var references = new ReferenceSets(services.GetRequiredService<DatasetStore>(), services.GetRequiredService<IOptions<DataOptions>>(),
            Options.Create(new PromotionOptions { ReferenceSets = sets }), NullLogger<ReferenceSets>.Instance);
        await references.StartAsync(TestHttp.Cancellation);
    }
}
