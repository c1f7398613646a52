using System.Net;
using MnistService.Connections.Memory;
using MnistService.Drawings;
using MnistService.Inference;
using MnistService.ModelRegistry;
using MnistService.Tests.BadInputs;
using MnistService.Tests.Datasets;
using MnistService.Tests.Inference;

namespace MnistService.Tests.OpenApi;

/// <summary>Errors of a busy service and of inference, and the errors of training jobs.</summary>
internal static class BusyScenarios
{
    internal static readonly Dictionary<string, Scenario> All = new()
    {
        ["InferenceProblems.Failed"] = FailedAsync,
        ["InferenceProblems.NotReady"] = s => s.WithoutModel.PostAsync("/predict", ImageScenarios.Good),
        ["InferenceProblems.DeadlinePassed"] = async s => (await HoldWorkerAsync(s)).Waiting,
        ["BusyProblems.InferenceQueueFull"] = async s => (await HoldWorkerAsync(s)).Refused,
        ["BusyProblems.DecodingTooSlow"] = DecodingTooSlowAsync,
        ["MemoryProblems.TooMany"] = s => s.Narrow.PostAsync("/predict", new byte[1_000_000]),
        ["MemoryProblems.Revoked"] = CutAsync,
        ["DownloadProblems.Busy"] = DownloadsBusyAsync,
        ["SubmissionProblems.Deleted"] = DeletedAsync,
        ["SubmissionProblems.UploadsBusy"] = UploadsBusy("/submissions", 16),
        ["DatasetProblems.UploadsBusy"] = UploadsBusy("/datasets", 4),
        ["ModelProblems.ImportsBusy"] = UploadsBusy("/models", 4),
        ["ModelProblems.ChangesBusy"] = ChangesBusyAsync,

        ["TrainProblems.NotFound"] = s => s.Plain.GetAsync("/train/none"),
        ["TrainProblems.Changing"] = WithJob("running", (service, id) => service.PostAsync($"/train/{id}/cancel")),
        ["TrainProblems.Finished"] = WithJob("failed", (service, id) => service.PostAsync($"/train/{id}/cancel")),
        ["TrainProblems.NotResumable"] = WithJob("succeeded", (service, id) => service.PostAsync($"/train/{id}/resume")),
        ["TrainProblems.Unfinished"] = WithJob("running", (service, id) => service.DeleteAsync($"/train/{id}")),
        ["TrainProblems.UnknownState"] = s => s.Plain.GetAsync("/train?state=unknown"),
        ["TrainProblems.SettingsInvalid"] = s => s.Plain.Client.PostJobAsync(new { network = "transformer", epochs = 0 }),
        ["TrainProblems.QueueFull"] = WithJob("queued", (service, _) => service.Client.PostJobAsync(new { network = "mlp" })),
        ["TrainProblems.TooManyWatchers"] = WithJob("running", TooManyWatchersAsync),
    };

    private static async Task<HttpResponseMessage> FailedAsync(ProblemServices services)
    {
        services.OneWorker.Required<ServingModel>().Publish("failing", [new EchoClassifier("failing") { OnClassify = _ => throw new InvalidOperationException("CUDA error") }]);
        return await services.OneWorker.PostAsync("/predict", ImageScenarios.Good);
    }

    /// <summary>Holds the worker until one request has waited in the queue beyond its deadline and the next one was rejected.</summary>
    private static async Task<(HttpResponseMessage Waiting, HttpResponseMessage Refused)> HoldWorkerAsync(ProblemServices services)
    {
        var (service, queue) = (services.OneWorker, services.OneWorker.Required<InferenceQueue>());
        using var hold = new Hold();
        service.Required<ServingModel>().Publish("held", [new EchoClassifier("held") { OnClassify = hold.FirstCall }]);
        var computing = service.PostAsync("/predict", ImageScenarios.Good);
        hold.WaitUntilReached();
        var waiting = service.PostAsync("/predict", ImageScenarios.Good);
        await TestHttp.EventuallyAsync(() => Task.FromResult(queue.IsFull));
        var refused = await service.PostAsync("/predict", ImageScenarios.Good);
        await Task.Delay(TimeSpan.FromSeconds(0.3), TestHttp.Cancellation); // longer than the deadline
        hold.Release();
        (await computing).Dispose();
        return (await waiting, refused);
    }

    /// <summary>Sends more large images at once than are admitted, and returns the response to one that was rejected.</summary>
    private static async Task<HttpResponseMessage> DecodingTooSlowAsync(ProblemServices services)
    {
        var page = new Scene("page", 1000, 800, 500, 30).Draw(4, new Random(1));
        var answers = await Task.WhenAll(Enumerable.Range(0, 32 * Environment.ProcessorCount).Select(_ => services.Impatient.PostAsync("/predict", page)));
        return answers.FirstOrDefault(answer => answer.StatusCode == HttpStatusCode.TooManyRequests)
            ?? throw new InvalidOperationException($"None of {answers.Length} images was rejected.");
    }

    /// <summary>A body that stops is cut as soon as another body needs its memory and it is slow on average.</summary>
    private static async Task<HttpResponseMessage> CutAsync(ProblemServices services)
    {
        const int Sent = 140_000;
        using var slow = await services.Narrow.ConnectAsync();
        await slow.SendAsync("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n");
        await slow.SendAsync(new byte[Sent]);
        await TestHttp.EventuallyAsync(() => Task.FromResult(services.Narrow.Required<RequestMemoryBudget>().Taken >= Sent));
        await TestHttp.EventuallyAsync(async () =>
        {
            (await services.Narrow.PostAsync("/predict", new byte[250_000])).Dispose();
            return slow.IsAnswered;
        });
        return await ProblemServices.Service.ReadAsync(slow, HttpMethod.Post, "/predict");
    }

    private static async Task<HttpResponseMessage> DownloadsBusyAsync(ProblemServices services)
    {
        var (path, download) = await HoldDownloadAsync(services.Plain);
        using (download) return await services.Plain.GetAsync($"{path}/submission.csv");
    }

    private static async Task<HttpResponseMessage> DeletedAsync(ProblemServices services)
    {
        var service = services.Plain;
        var (held, download) = await HoldDownloadAsync(service);
        var submission = service.PostAsync("/submissions", RequestScenarios.Csv); // waits until it can be sent
        string? newest = null;
        await TestHttp.EventuallyAsync(async () =>
        {
            newest = (string?)(await service.Client.GetJsonAsync("/submissions"))["submissions"]![0]!["id"];
            return $"/submissions/{newest}" != held;
        });
        (await service.DeleteAsync($"/submissions/{newest}")).EnsureSuccessStatusCode();
        download.Dispose();
        return await submission;
    }

    /// <summary>Starts a download that its client does not read.</summary>
    private static async Task<(string Path, HttpResponseMessage Download)> HoldDownloadAsync(ProblemServices.Service service)
    {
        using var created = await service.PostAsync("/submissions", RequestScenarios.Csv);
        var path = created.Headers.Location!.OriginalString;
        await using (var file = new FileStream(Path.Combine(service.Data, $"{path[1..]}.csv"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(64 << 20); // more than the kernel buffers for a client that does not read
        HttpResponseMessage? download = null;
        await TestHttp.EventuallyAsync(async () => // the download before this one may not have ended
        {
            download?.Dispose();
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{path}/submission.csv");
            download = await service.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestHttp.Cancellation);
            return download.IsSuccessStatusCode;
        });
        return (path, download!);
    }

    /// <summary>Takes all upload slots, sends one more upload, and returns the slots.</summary>
    private static Scenario UploadsBusy(string route, int slots) => async services =>
    {
        var uploads = new List<RawClient>();
        for (var i = 0; i < slots; i++)
        {
            uploads.Add(await services.Plain.ConnectAsync());
            await uploads[i].SendAsync($"POST {route} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n");
            Assert.Equal(100, (await uploads[i].ReadAsync()).Status);
        }
        var response = await services.Plain.PostAsync(route, []);
        foreach (var upload in uploads) upload.Reset();
        await TestHttp.EventuallyAsync(async () => (await services.Plain.PostAsync(route, [])).StatusCode != HttpStatusCode.TooManyRequests);
        return response;
    };

    private static async Task<HttpResponseMessage> ChangesBusyAsync(ProblemServices services)
    {
        const int Places = 8;
        using var done = new ManualResetEventSlim();
        var changes = Enumerable.Range(0, Places).Select(_ => services.Plain.Required<ModelPublisher>().OnItsOwnThreadAsync(() => done.Wait(TimeSpan.FromMinutes(1)))).ToList();
        var response = await services.Plain.DeleteAsync("/models/none");
        done.Set();
        await Task.WhenAll(changes);
        return response;
    }

    /// <summary>Sends a request about a job whose row has a state that no thread is changing. Afterwards the job has failed.</summary>
    private static Scenario WithJob(string state, Func<ProblemServices.Service, string, Task<HttpResponseMessage>> send) => async services =>
    {
        var id = await services.Plain.JobAsync(state);
        var response = await send(services.Plain, id);
        await services.Plain.SetStateAsync(id, "failed");
        return response;
    };

    private static async Task<HttpResponseMessage> TooManyWatchersAsync(ProblemServices.Service service, string job)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/train/{job}/events");
        using var watching = await service.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestHttp.Cancellation);
        return await service.GetAsync($"/train/{job}/events");
    }
}
