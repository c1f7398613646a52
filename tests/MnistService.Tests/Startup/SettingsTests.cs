using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MnistService.Connections;
using MnistService.Datasets;
using MnistService.Downloads;
using MnistService.Inference;
using MnistService.Predict;
using MnistService.Storage;
using MnistService.Submissions;
using MnistService.TrainingJobs;

namespace MnistService.Tests.Startup;

/// <summary>Validation of the settings by the generated validators, as at startup.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData("Connections:MaxHeaders", "9", "is '9'; expected 10 to 10000.")]
    [InlineData("Connections:Grace", "00:00:01", "is '00:00:01'; expected 00:00:02 to 01:00:00.")]
    [InlineData("Predict:MaxPixels", "783", "is '783'; expected 784 to 268435456.")]
    [InlineData("Predict:MaxBytesInFlight", "-1", "is '-1'; expected 0 to 1099511627776.")]
    [InlineData("Predict:MaxDecodeWait", "00:10:01", "is '00:10:01'; expected 00:00:00 to 00:10:00.")]
    [InlineData("Inference:Device", "gpu", "is 'gpu'; expected auto, cpu, cuda or cuda:N.")]
    [InlineData("Inference:Engine", "7", "is '7'; expected auto or torch.")]
    [InlineData("Inference:BulkCapacity", "7", "is '7'; expected 8 to 1000000 images.")]
    [InlineData("Inference:MaxBatchSize", "4097", "is '4097'; expected 0 to 4096 images (0: chosen by device).")]
    [InlineData("Submissions:MaxLineBytes", "1", "is '1'; expected 4096 to 16777216.")]
    [InlineData("Datasets:MaxZipEntries", "0", "is '0'; expected 1 to 10000000.")]
    [InlineData("Downloads:MaxCacheBytes", "0", "is '0'; expected at least 1.")]
    [InlineData("Training:Threads", "257", "is '257'; expected 0 to 256.")]
    [InlineData("Storage:OrphanAge", "-00:00:01", "is '-00:00:01'; expected 00:00:00 to 3650.00:00:00.")]
    [InlineData("Storage:Models:MaxCount", "0", "is '0'; expected at least 1.")]
    [InlineData("Storage:Checkpoints:MaxBytes", "0", "is '0'; expected at least 1.")]
    [InlineData("Storage:Checkpoints:MaxAge", "00:00:00", "is '00:00:00'; expected 00:00:00.001 to 3650.00:00:00.")]
    [InlineData("Storage:Datasets:WhenFull", "2", "is '2'; expected Refuse or DeleteOldest.")]
    public void An_invalid_value_is_reported_with_the_name_of_the_setting_the_value_and_the_range(string setting, string value, string message)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Validate((setting, value)));

        Assert.Equal([$"MnistService:{setting} {message}"], failure.Failures);
    }

    [Fact]
    public void Every_invalid_value_is_reported()
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Validate(("Storage:Models:MaxCount", "0"), ("Storage:Datasets:MaxBytes", "-1")));

        Assert.Equal(["MnistService:Storage:Datasets:MaxBytes is '-1'; expected at least 1.", "MnistService:Storage:Models:MaxCount is '0'; expected at least 1."], failure.Failures);
    }

    [Fact]
    public void A_list_has_a_maximum_length()
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Validate([.. Enumerable.Range(0, 9).Select(i => ($"Promotion:ReferenceSets:{i}", "mnist"))]));

        Assert.Equal(["MnistService:Promotion:ReferenceSets has 9 entries; expected at most 8."], failure.Failures);
    }

    [Fact]
    public void The_defaults_are_valid() => Validate();

    [Theory]
    [InlineData("Predict:MaxPixels", "784")]
    [InlineData("Predict:MaxPixels", "268435456")]
    [InlineData("Connections:Grace", "00:00:02")]
    [InlineData("Connections:Grace", "01:00:00")]
    [InlineData("Storage:Models:MaxBytes", "9223372036854775807")]
    [InlineData("Inference:Engine", "torch")]
    public void Both_ends_of_a_range_are_valid(string setting, string value) => Validate((setting, value));

    private static void Validate(params (string Setting, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => $"MnistService:{s.Setting}", s => (string?)s.Value)).Build());
        services.AddServiceConnections();
        services.AddInference();
        services.AddStorage();
        services.AddPredict();
        services.AddSubmissions();
        services.AddDatasets();
        services.AddTraining();
        services.AddDownloads();
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
    }
}
