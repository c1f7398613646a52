using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace MnistService.Tests.Startup;

/// <summary>Start, graceful shutdown and SIGKILL of the process.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-process-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("MnistService__Inference__Device", "gpu", "auto, cpu, cuda")]
    [InlineData("MnistService__Inference__Device", "cuda:7", "CUDA device")]
    [InlineData("MnistService__Inference__QueueCapacity", "0", "QueueCapacity")]
    [InlineData("MnistService__Inference__QueueCapacity", "many", "QueueCapacity")]
    [InlineData("MnistService__Inference__Deadline", "-1", "Deadline")]
    [InlineData("MnistService__Predict__MaxPixels", "1", "MnistService:Predict:MaxPixels is '1'; expected 784 to 268435456.")]
    [InlineData("MnistService__Training__Threads", "-1", "MnistService:Training:Threads is '-1'; expected 0 to 256.")]
    [InlineData("MnistService__Models__MaxImportBytes", "1", "MnistService:Models:MaxImportBytes is '1'; expected 1024 to 268435456.")]
    [InlineData("MnistService__Models__Directory", "", "MnistService:Models:Directory is empty")]
    [InlineData("MnistService__Storage__Datasets__MaxBytes", "0", "MnistService:Storage:Datasets:MaxBytes is '0'; expected at least 1")]
    [InlineData("MnistService__Storage__Models__WhenFull", "Sometimes", "WhenFull")]
    [InlineData("MnistService__Storage__SweepInterval", "00:00:00", "SweepInterval")]
    [InlineData("MnistService__Logging__Format", "xml", "Format")]
    [InlineData("MnistService__Security__AllowedOrigins", "digits.example.com", "AllowedOrigins")]
    [InlineData("MnistService__Security__AllowedOrigins", "https://a.example;*", "AllowedOrigins has '*'")]
    [InlineData("MnistService__Promotion__ReferenceSets__0", "none", "MnistService:Promotion:ReferenceSets lists 'none', but there is no data set with this id")]
    [InlineData("MnistService__Security__RequestsPerSecond", "5", "RequestsPerSecond:PerKey")]
    public async Task A_bad_setting_stops_the_start_with_one_line_that_names_it(string name, string value, string message)
    {
        using var service = new ServiceProcess(_folder, (name, value));
        await ExpectNoStartAsync(service, message);
    }

    [Theory]
    [InlineData("MnistService__Connections__MaxConnections", "1000", "MnistService:Connections:MaxConnections is 1000 (")]
    [InlineData("MnistService__Predict__MaxBytesInFlight", "209715200", "MnistService:Predict:MaxBytesInFlight is 200 MB: ")]
    public async Task A_limit_that_does_not_fit_the_memory_stops_the_start_with_one_line_that_names_it(string name, string value, string message)
    {
        using var service = new ServiceProcess(_folder, ("DOTNET_GCHeapHardLimit", "0x10000000"), (name, value)); // 256 MB
        await ExpectNoStartAsync(service, message);
    }

    [Theory]
    [InlineData("0x8000000", 1)] // 128 MB
    [InlineData("0x10000000", 0)] // 256 MB
    public async Task Too_little_memory_for_the_lowest_defaults_is_one_warning_at_the_start(string heap, int warnings)
    {
        using var service = new ServiceProcess(_folder, ("DOTNET_GCHeapHardLimit", heap));
        using var client = await service.ListeningAsync();
        (await client.GetAsync("/health/ready", TestHttp.Cancellation)).EnsureSuccessStatusCode();
        Assert.Equal(warnings, service.Output.Split('\n').Count(line => line.Contains(" WRN] ", StringComparison.Ordinal) && line.Contains("128 MB are available", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_a_model_it_lives_says_why_it_is_not_ready_and_refuses_predictions()
    {
        using var service = new ServiceProcess(_folder, ("MnistService__Models__Directory", Path.Combine(_folder, "models")));
        using var client = await service.ListeningAsync();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live", TestHttp.Cancellation)).StatusCode);
        var ready = await (await client.GetAsync("/health/ready", TestHttp.Cancellation)).JsonAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal("notReady", (string?)ready["status"]);
        Assert.False(string.IsNullOrEmpty((string?)ready["reason"]));
        var picture = new Drawings.Scene("plain", 100, 100, 70, 8).Draw(1, new Random(1));
        var refused = await client.PostAsync("/predict", TestHttp.Body(picture), TestHttp.Cancellation);
        await refused.ProblemAsync(503, "not_ready");
        Assert.NotNull(refused.Headers.RetryAfter);
    }

    [Fact]
    public async Task The_line_that_says_ready_says_how_long_each_part_of_the_start_took()
    {
        using var service = new ServiceProcess(_folder);
        using var client = await service.ListeningAsync();
        service.Send(PosixSignal.SIGTERM);
        Assert.Equal(0, await service.EndedAsync());
        var line = Assert.Single(service.Output.Split('\n'), line => line.Contains("Ready at ", StringComparison.Ordinal));
        const string Seconds = @"\d+\.\d\d";
        Assert.Matches($@"Ready at http://127\.0\.0\.1:\d+: model \S+ on \S+, {Seconds} s after the process started " +
            $@"\(runtime {Seconds}, services {Seconds}, routes {Seconds}, settings {Seconds}, " +
            $@"loading {Seconds} \[http {Seconds}, database {Seconds}, model {Seconds}, downloads {Seconds}, images {Seconds}\], first requests {Seconds}, web server {Seconds}\)$", line.TrimEnd());
    }

    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task A_signal_ends_it_with_0(PosixSignal signal)
    {
        using var service = new ServiceProcess(_folder);
        using var client = await service.ListeningAsync();
        (await client.GetAsync("/health/ready", TestHttp.Cancellation)).EnsureSuccessStatusCode();
        service.Send(signal);
        Assert.Equal(0, await service.EndedAsync());
    }

    [Fact]
    public async Task What_was_acknowledged_survives_a_kill()
    {
        JsonNode submission, job;
        using (var service = new ServiceProcess(_folder))
        {
            using var client = await service.ListeningAsync();
            client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
            submission = await (await client.PostAsync("/submissions", TestHttp.Body([.. string.Join(',', Enumerable.Repeat(0, 784)).Select(c => (byte)c)]), TestHttp.Cancellation))
                .JsonAsync(HttpStatusCode.Created);
            job = await (await client.PostAsync("/train", new StringContent("{}", null, "application/json"), TestHttp.Cancellation)).JsonAsync(HttpStatusCode.Accepted);
            service.Kill();
            await service.EndedAsync();
        }
        using (var service = new ServiceProcess(_folder))
        {
            using var client = await service.ListeningAsync();
            Assert.Equal(submission.ToJsonString(), (await client.GetJsonAsync($"/submissions/{submission["id"]}")).ToJsonString());
            Assert.StartsWith("ImageId,Label\n1,", await client.GetStringAsync($"/submissions/{submission["id"]}/submission.csv", TestHttp.Cancellation), StringComparison.Ordinal);
            // Depending on the moment of the kill, the job is interrupted, or it runs again and fails because MNIST is missing. It is never lost or
            // left running.
            var found = await client.GetJsonAsync($"/train/{job["id"]}");
            Assert.Equal(job["settings"]!.ToJsonString(), found["settings"]!.ToJsonString());
            for (var tries = 0; tries < 300 && (string?)found["state"] is ("queued" or "running"); tries++)
            {
                await Task.Delay(100, TestHttp.Cancellation);
                found = await client.GetJsonAsync($"/train/{job["id"]}");
            }
            Assert.Contains((string?)found["state"], new[] { "interrupted", "failed" });
        }
    }

    [Fact]
    public async Task Json_logs_are_json()
    {
        using var service = new ServiceProcess(_folder, ("MnistService__Logging__Format", "json"));
        using var client = await service.ListeningAsync();
        service.Send(PosixSignal.SIGTERM);
        Assert.Equal(0, await service.EndedAsync());
        Assert.All(service.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.NotNull(JsonNode.Parse(line)!["@t"]));
    }

    private static async Task ExpectNoStartAsync(ServiceProcess service, string message)
    {
        Assert.Equal(1, await service.EndedAsync());
        var line = Assert.Single(service.Output.Split('\n'), line => line.StartsWith("MnistService did not start: ", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", service.Output, StringComparison.Ordinal); // no stack trace
        Assert.Contains(message, line, StringComparison.Ordinal);
    }
}
