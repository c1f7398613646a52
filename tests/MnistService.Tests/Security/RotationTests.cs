using System.Net;

namespace MnistService.Tests.Security;

/// <summary>Changes of the key file while the service runs. No key appears in the log, even at the most verbose level.</summary>
public sealed class RotationTests : IDisposable
{
    /// <summary>Enables all log levels, and disables the limit on wrong keys because these tests send many.</summary>
    private static readonly (string Name, string Value)[] EverythingIsLogged =
    [
        ("MnistService__Security__FailuresPerSecond", "0"),
        ("Serilog__MinimumLevel__Default", "Verbose"),
        ("Serilog__MinimumLevel__Override__Microsoft", "Verbose"),
        ("Serilog__MinimumLevel__Override__System.Net.Http", "Verbose"),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-rotation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Keys_come_and_go_without_a_restart_and_a_bad_file_leaves_the_old_ones_in_force()
    {
        using var service = new ServiceProcess(_folder, EverythingIsLogged);
        using var client = await service.ListeningAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(null));

        var first = Keys.Add(_folder, "first", "predict"); // from now on the service requires a key
        await TestHttp.EventuallyAsync(async () => await StatusAsync(null) == HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(first));

        var second = Keys.Add(_folder, "second", "predict");
        await TestHttp.EventuallyAsync(async () => await StatusAsync(second) == HttpStatusCode.OK);
        Keys.Remove(_folder, "first");
        await TestHttp.EventuallyAsync(async () => await StatusAsync(first) == HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(second));

        var file = Keys.FileIn(_folder);
        var good = await File.ReadAllTextAsync(file, TestHttp.Cancellation);
        await File.WriteAllTextAsync(file, good[..^20], TestHttp.Cancellation);
        await SaidAsync("keys.json cannot be read: The JSON at ", "The service keeps using the keys from its last successful read (1 in total)");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (await StatusAsync(second), await StatusAsync(null)));

        File.Delete(file);
        await SaidAsync("keys.json cannot be read: Could not find file", "The service keeps using the keys from its last successful read (1 in total)");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (await StatusAsync(second), await StatusAsync(null)));

        var third = Keys.Add(_folder, "third", "predict");
        await TestHttp.EventuallyAsync(async () => await StatusAsync(third) == HttpStatusCode.OK);
        Keys.Remove(_folder, "third"); // the list of keys is now empty
        await TestHttp.EventuallyAsync(async () => await StatusAsync(third) == HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(null));

        await SaidAsync("GET /models answered 401"); // proves that the log was read to its end and contains requests
        Assert.Contains("sent an unknown API key", service.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("was not authenticated", service.Output, StringComparison.Ordinal); // ASP.NET Core's own lines have no limit of the rate
        Assert.DoesNotContain("was challenged", service.Output, StringComparison.Ordinal);
        foreach (var key in new[] { first, second, third }) Assert.DoesNotContain(key[6..], service.Output, StringComparison.Ordinal);

        async Task<HttpStatusCode> StatusAsync(string? key) => (await client.SendAsync("GET", "/models", key)).StatusCode;

        // All words are in one line.
        Task SaidAsync(params string[] words) => TestHttp.EventuallyAsync(() =>
            Task.FromResult(service.Output.Split('\n').Any(line => words.All(each => line.Contains(each, StringComparison.Ordinal)))));
    }

    [Fact]
    public async Task A_request_is_a_line_of_the_log_and_cannot_make_a_second()
    {
        using var service = new ServiceProcess(_folder);
        using var client = await service.ListeningAsync();
        await client.GetAsync("/nowhere%0A[00:00:00.000 ERR] forged", TestHttp.Cancellation);
        await TestHttp.EventuallyAsync(() => Task.FromResult(service.Output.Contains("forged answered 404", StringComparison.Ordinal)));
        Assert.DoesNotContain("\n[00:00:00.000 ERR]", service.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_file_that_comes_to_a_service_without_keys_closes_it()
    {
        using var application = new ServiceApplication();
        using var client = application.Start();
        (await client.SendAsync("GET", "/models")).EnsureSuccessStatusCode();
        await File.WriteAllTextAsync(Keys.FileIn(application.Folder), "[", TestHttp.Cancellation);
        await TestHttp.EventuallyAsync(async () => (await client.SendAsync("GET", "/models")).StatusCode == HttpStatusCode.Unauthorized);
        var key = Keys.Repair(application.Folder);
        await TestHttp.EventuallyAsync(async () => (await client.SendAsync("GET", "/models", key)).IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_stops_the_start_with_one_line_that_names_it()
    {
        var file = Keys.FileIn(_folder);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, """[{"name":"a"}]""", TestHttp.Cancellation);
        await DoesNotStartAsync(file);
    }

    [Fact]
    public async Task A_file_that_is_named_and_not_there_stops_the_start()
    {
        var file = Path.Combine(_folder, "secrets", "keys.json");
        await DoesNotStartAsync(file, ("MnistService__Security__KeysFile", file));
    }

    private async Task DoesNotStartAsync(string file, params (string, string)[] settings)
    {
        using var service = new ServiceProcess(_folder, settings);
        Assert.Equal(1, await service.EndedAsync());
        var line = Assert.Single(service.Output.Split('\n'), line => line.StartsWith("MnistService did not start: ", StringComparison.Ordinal));
        Assert.Contains($"MnistService:Security:KeysFile is '{file}'", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", service.Output, StringComparison.Ordinal);
    }
}
