using System.Net.Http.Json;
using MnistService.Model.Files;
using MnistService.Tests.Datasets;
using MnistService.Tests.Submissions;
using MnistService.TestSupport;

namespace MnistService.Tests.Security;

/// <summary>Names that clients send never become paths: new files exist only in the service's own folders, under names that the service chose.</summary>
public sealed class UploadPathTests : IAsyncDisposable
{
    private readonly ServiceApplication _application = ServiceApplication.WithModelsOfItsOwn();

    private static string[] Evil { get; } =
        ["../../evil", "..\\..\\evil", "/tmp/evil", "....//....//evil", "%2e%2e%2f%2e%2e%2fevil", "evil\0.png", "C:\\evil", "~/evil", "data/.lock", "evil/../../../evil"];

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task Names_of_forms_zips_and_data_sets_are_not_paths()
    {
        using var client = _application.Start();
        var before = Files();
        foreach (var name in Evil)
        {
            await SendAsync(client, name);
            AssertOwnNames(before);
        }
        await (await client.GetAsync("/health/ready", TestHttp.Cancellation)).JsonAsync();
    }

    /// <summary>Sends the name in each place where a client can put one. Other tests check the responses.</summary>
    private static async Task SendAsync(HttpClient client, string name)
    {
        var escaped = Uri.EscapeDataString(name);
        var row = string.Join(',', Enumerable.Repeat(0, 784));
        await client.PostAsync("/predict", FormOf(DatasetFiles.Pictures[7].Png, name), TestHttp.Cancellation);
        await client.PostAsync("/submissions", FormOf(System.Text.Encoding.ASCII.GetBytes($"{KaggleFiles.Pixels}\n{row}\n"), name), TestHttp.Cancellation);
        await client.PostAsync($"/datasets?name={escaped}", FormOf(DatasetFiles.Csv(), name), TestHttp.Cancellation);
        await client.PostAsync("/datasets", FormOf(DatasetFiles.Zip(DatasetFiles.Entries($"{name}/").Take(name == Evil[0] ? DatasetFiles.Images : 10)), $"{name}.zip"), TestHttp.Cancellation);
        await client.PostAsync($"/models?name={escaped}", FormOf([1, 2, 3], name), TestHttp.Cancellation);
        await client.PostAsJsonAsync("/train", new { name, network = "mlp", data = "mnist", epochs = 1 }, TestHttp.Cancellation);
        foreach (var route in new[] { "/models/{0}", "/models/{0}/weights.pth", "/submissions/{0}", "/submissions/{0}/submission.csv", "/datasets/{0}", "/train/{0}" })
        {
            await client.GetAsync(string.Format(null, route, escaped), TestHttp.Cancellation);
            await client.DeleteAsync(string.Format(null, route, escaped), TestHttp.Cancellation);
        }
    }

    [Fact]
    public async Task The_name_of_a_model_is_not_a_path()
    {
        _application.WithMnist();
        using var client = _application.Start();
        var before = Files();
        var weights = await File.ReadAllBytesAsync(Directory.EnumerateFiles(Path.Combine(MnistLocation.Root, "models"), "weights.safetensors", SearchOption.AllDirectories).First(), TestHttp.Cancellation);
        var card = await (await client.PostAsync($"/models?name={Uri.EscapeDataString(Evil[0])}", FormOf(weights, Evil[0]), TestHttp.Cancellation)).JsonAsync(System.Net.HttpStatusCode.Created);
        Assert.Equal(Evil[0], (string?)card["name"]);
        AssertOwnNames(before);
    }

    /// <summary>Asserts that each new file is in a folder of the service, and that its name begins with an id or is a fixed name of the service.</summary>
    private void AssertOwnNames(HashSet<string> before)
    {
        Assert.Superset(before, Files()); // no file was deleted
        foreach (var file in Files().Except(before))
            Assert.Matches(@"^(data/mnistservice\.db(-wal|-shm|-journal)?|data/(submissions|datasets|checkpoints)/[0-9a-z]{13}[a-z.0-9]*|models/[a-z]+-[0-9a-z]{13}/[a-z-]+\.[a-z]+)$", file);
        Assert.False(File.Exists("/tmp/evil"));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(_application.Folder)!), path => Path.GetFileName(path).StartsWith("evil", StringComparison.Ordinal));
    }

    private HashSet<string> Files() =>
        [.. Directory.EnumerateFiles(_application.Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_application.Folder, file))
            .Where(file => !file.EndsWith(AtomicFile.TemporaryEnding, StringComparison.Ordinal))];

    /// <summary>Builds a form as a malicious client does; <see cref="MultipartFormDataContent"/> would correct the name.</summary>
    private static ByteArrayContent FormOf(byte[] bytes, string name)
    {
        const string Boundary = "boundary";
        var head = System.Text.Encoding.UTF8.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n");
        return TestHttp.Body([.. head, .. bytes, .. System.Text.Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n")], $"multipart/form-data; boundary={Boundary}");
    }
}
