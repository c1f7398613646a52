using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MnistService.Database;
using MnistService.Tests.BadInputs;
using MnistService.Tests.Datasets;
using MnistService.TrainingJobs;
using KeyedService = MnistService.Tests.Security.KeyedService;

namespace MnistService.Tests.OpenApi;

/// <summary>A request that produces one kind of error.</summary>
internal delegate Task<HttpResponseMessage> Scenario(ProblemServices services);

/// <summary>The services that the scenarios share. Each starts when the first scenario needs it.</summary>
public sealed class ProblemServices : IAsyncDisposable
{
    private readonly Dictionary<string, Service> _started = [];
    private readonly Lazy<KeyedService> _keyed = new(() => new KeyedService());

    /// <summary>A service without MNIST and with low limits on numbers of images, rows, jobs and downloads.</summary>
    internal Service Plain => Get(nameof(Plain), () => ServiceApplication.WithModelsOfItsOwn(
        ("MnistService:Predict:MaxFiles", "3"), ("MnistService:Inference:QueueCapacity", "2"), ("MnistService:Submissions:MaxRows", "2"),
        ("MnistService:Training:QueueCapacity", "1"), ("MnistService:Training:MaxWatchersPerAddress", "1"), ("MnistService:Downloads:MaxConcurrent", "1")));

    /// <summary>A service with short timeouts, space for one submission, and MNIST as a reference set of the promotion rule.</summary>
    internal Service Impatient => Get(nameof(Impatient), () => new ServiceApplication(
        ("MnistService:Connections:Grace", "00:00:02"), ("MnistService:Connections:MaxUploadDuration", "00:00:01"), ("MnistService:Datasets:MaxDecodeTime", "00:00:00.001"),
        ("MnistService:Predict:MaxDecodeWait", "00:00:00"), ("MnistService:Promotion:ReferenceSets:0", "mnist"),
        ("MnistService:Storage:Submissions:MaxCount", "1"), ("MnistService:Storage:Submissions:WhenFull", "Refuse")));

    /// <summary>A service with one inference worker, whose classifier a scenario replaces, and a queue of one image.</summary>
    internal Service OneWorker => Get(nameof(OneWorker), () => new ServiceApplication(
        ("MnistService:Inference:Workers", "1"), ("MnistService:Inference:QueueCapacity", "1"), ("MnistService:Inference:Deadline", "00:00:00.2")));

    /// <summary>A service with a memory budget of 800 kB for request bodies.</summary>
    internal Service Narrow => Get(nameof(Narrow), () => new ServiceApplication(("MnistService:Predict:MaxBytesInFlight", "800000")));

    internal Service WithMnist => Get(nameof(WithMnist), () => ServiceApplication.WithModelsOfItsOwn().WithMnist());

    internal Service WithoutModel => Get(nameof(WithoutModel), () =>
    {
        var application = ServiceApplication.WithModelsOfItsOwn();
        Directory.Delete(Path.Combine(application.Folder, "models"), recursive: true);
        return application;
    });

    /// <summary>A service whose folders scenarios make unwritable.</summary>
    internal Service Unwritable => Get(nameof(Unwritable), () => ServiceApplication.WithModelsOfItsOwn());

    internal KeyedService Keyed => _keyed.Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _started.Values)
        {
            service.Client.Dispose();
            await service.Application.DisposeAsync();
        }
        if (_keyed.IsValueCreated) _keyed.Value.Dispose();
    }

    private Service Get(string name, Func<ServiceApplication> create)
    {
        if (_started.TryGetValue(name, out var service)) return service;
        var application = create();
        return _started[name] = new(application, application.Start());
    }

    /// <summary>A running service.</summary>
    internal sealed record Service(ServiceApplication Application, HttpClient Client)
    {
        internal string Models => Path.Combine(Application.Folder, "models");

        internal string Data => Path.Combine(Application.Folder, "data");

        internal T Required<T>() where T : notnull => Application.Services.GetRequiredService<T>();

        internal Task<HttpResponseMessage> GetAsync(string path) => Client.GetAsync(path, TestHttp.Cancellation);

        internal Task<HttpResponseMessage> DeleteAsync(string path) => Client.DeleteAsync(path, TestHttp.Cancellation);

        internal Task<HttpResponseMessage> PostAsync(string path, HttpContent? body = null) => Client.PostAsync(path, body, TestHttp.Cancellation);

        internal Task<HttpResponseMessage> PostAsync(string path, byte[] body, string type = "application/octet-stream") => PostAsync(path, TestHttp.Body(body, type));

        internal Task<RawClient> ConnectAsync() => RawClient.ConnectAsync(Client.BaseAddress!);

        /// <summary>Sends one request on a new connection.</summary>
        /// <param name="request">The request without the headers <c>Host</c> and <c>Connection</c>, which follow its first line.</param>
        internal async Task<HttpResponseMessage> SendAsync(string request)
        {
            using var client = await ConnectAsync();
            await client.SendAsync(request.Insert(request.IndexOf('\n', StringComparison.Ordinal) + 1, "Host: x\r\nConnection: close\r\n"));
            var line = request[..request.IndexOf('\r', StringComparison.Ordinal)].Split(' ');
            return await ReadAsync(client, new(line[0]), line[1]);
        }

        /// <summary>Makes writes into a folder of the data directory fail, even for root: a file replaces the folder.</summary>
        internal void ReplaceFolder(string name)
        {
            var folder = Path.Combine(Data, name);
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            File.WriteAllText(folder, "");
        }

        /// <summary>Copies a shipped model under a new id, so that a scenario can damage it.</summary>
        /// <returns>The id of the copy.</returns>
        internal string CopyModel(string network)
        {
            var source = Directory.EnumerateDirectories(Models, $"{network}-02*").Order(StringComparer.Ordinal).First();
            var id = $"{network}-copy-{Guid.NewGuid():n}";
            ServiceFolder.CopyModel(Models, Path.GetFileName(source), id);
            return id;
        }

        /// <summary>Runs a job that fails, because MNIST or the images of its data set are missing, then sets its state. The training thread reads the states again after 10 s.</summary>
        /// <returns>The id of the job.</returns>
        internal async Task<string> JobAsync(string state, string data = "mnist")
        {
            var job = await (await Client.PostJobAsync(new { network = "mlp", epochs = 1, data })).JsonAsync(HttpStatusCode.Accepted);
            var id = (string)job["id"]!;
            Assert.Equal("failed", (string?)(await Client.EndOfJobAsync(id))["state"]);
            await TestHttp.EventuallyAsync(() => Task.FromResult(!Required<RunningJob>().TryCancel(id))); // the training thread has left the job
            await SetStateAsync(id, state);
            return id;
        }

        internal async Task SetStateAsync(string job, string state)
        {
            await using var database = await DatabaseAsync();
            await database.TrainingJobs.Where(j => j.Id == job).ExecuteUpdateAsync(update => update.SetProperty(j => j.State, state), TestHttp.Cancellation);
        }

        /// <summary>Replaces the stored summary of a submission with invalid JSON.</summary>
        internal async Task DamageSummaryAsync(string id)
        {
            await using var database = await DatabaseAsync();
            await database.Submissions.Where(s => s.Id == id).ExecuteUpdateAsync(update => update.SetProperty(s => s.SummaryJson, "{"), TestHttp.Cancellation);
        }

        private Task<ServiceDatabase> DatabaseAsync() => Required<IDbContextFactory<ServiceDatabase>>().CreateDbContextAsync(TestHttp.Cancellation);

        /// <returns>The response as <see cref="HttpClient"/> returns it.</returns>
        internal static async Task<HttpResponseMessage> ReadAsync(RawClient client, HttpMethod method, string path)
        {
            var answer = await client.ReadAsync();
            var type = answer.Headers.GetValueOrDefault("Content-Type");
            return new((HttpStatusCode)answer.Status)
            {
                Content = TestHttp.Body(Encoding.Latin1.GetBytes(answer.Body), type),
                RequestMessage = new(method, path),
            };
        }
    }
}
