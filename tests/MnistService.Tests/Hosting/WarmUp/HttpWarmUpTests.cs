using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using MnistService.Hosting.WarmUp;
using MnistService.Security;
using MnistService.Tests.Security;

namespace MnistService.Tests.Hosting.WarmUp;

/// <summary>The requests that the service sends to itself before it listens, and that no client and no metric sees them.</summary>
public sealed class HttpWarmUpTests
{
    /// <summary>
    /// Statuses of liveness, an invalid image and three images. The last request of the warm-up is missing, because <see cref="ServiceApplication"/> replaces the web server.
    /// </summary>
    private static readonly int[] Answered = [200, 400, 200, 200, 200];

    [Fact]
    public void The_service_answers_requests_before_it_listens()
    {
        using var application = new ServiceApplication();
        using var client = application.Start();
        Assert.Equal(Answered, application.Services.GetRequiredService<HttpWarmUp>().Statuses);
    }

    /// <summary>In its own process, because the meters of other applications in this process have the same names.</summary>
    [Fact]
    public async Task The_requests_are_neither_measured_nor_logged()
    {
        var folder = Directory.CreateTempSubdirectory("mnist-warm-up-").FullName;
        try
        {
            using var service = new ServiceProcess(folder, ("Serilog__MinimumLevel__Default", "Debug"));
            using var client = await service.ListeningAsync();
            var text = await client.GetStringAsync("/metrics", TestHttp.Cancellation);
            Assert.Contains("mnist_inference_swaps", text, StringComparison.Ordinal);
            foreach (var name in new[] { "mnist_inference_stage_duration", "kestrel_connection_duration", "WarmUp" })
                Assert.DoesNotContain(name, text, StringComparison.Ordinal);
            foreach (var name in new[] { "mnist_inference_images", "mnist_inference_requests" })
            {
                var counts = Regex.Matches(text, $@"^{name}\S* (\d+)", RegexOptions.Multiline);
                Assert.NotEmpty(counts);
                Assert.All(counts, count => Assert.Equal("0", count.Groups[1].Value));
            }
            Assert.Contains("\"images\":0}", await client.GetStringAsync("/health/ready", TestHttp.Cancellation), StringComparison.Ordinal);
            Assert.Contains("The HTTP warm-up received the statuses 200, 400, 200, 200, 200, 200", service.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("POST /predict", service.Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_key_of_the_warm_up_is_removed()
    {
        using var application = new ServiceApplication();
        var key = Keys.Add(application.Folder, "kiosk", "predict");
        using var client = application.Start();
        Assert.Equal(Answered, application.Services.GetRequiredService<HttpWarmUp>().Statuses);
        Assert.Equal("kiosk", Assert.Single(application.Services.GetRequiredService<ApiKeyStore>().Keys!).Name);
        using var refused = await client.SendAsync("GET", "/metrics");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var served = await client.SendAsync("GET", "/metrics", key);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    [Fact]
    public async Task The_rate_limit_of_clients_is_not_used()
    {
        using var application = new ServiceApplication(("MnistService:Security:RequestsPerSecond:PerAddress", "1"));
        using var client = application.Start();
        for (var i = 0; i < 5; i++) // the burst that the limit permits
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/models", TestHttp.Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_service_without_a_model_starts()
    {
        using var folder = new ServiceApplication();
        using var application = new ServiceApplication(("MnistService:Models:Directory", Path.Combine(folder.Folder, "empty")));
        using var client = application.Start();
        Assert.Equal(Answered[..2], application.Services.GetRequiredService<HttpWarmUp>().Statuses);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live", TestHttp.Cancellation)).StatusCode);
    }
}
