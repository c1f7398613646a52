using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MnistService.Benchmarks.Load;

namespace MnistService.Benchmarks.Soak;

/// <summary>Valid clients: single and multipart predictions, Kaggle submissions, training jobs with event streams, and promotions of models.</summary>
internal sealed class SoakClients(HttpClient client, SoakImages pictures, SoakTally tally, SoakPlan plan)
{
    private int _jobs, _round;

    /// <summary>Number of training jobs that have ended. Thread-safe.</summary>
    internal int Jobs => Volatile.Read(ref _jobs);

    internal async Task PredictAsync(int seed, CancellationToken ended)
    {
        for (var random = new Random(seed); !ended.IsCancellationRequested; await Task.Delay(plan.Pause, CancellationToken.None))
        {
            if (random.Next(20) == 0) await FormAsync(random);
            else await OneAsync(random);
        }
    }

    private async Task OneAsync(Random random)
    {
        var (bytes, digit) = pictures.Any(random);
        using var answer = await PostAsync(() => new ByteArrayContent(bytes));
        tally.Count("predictions");
        await ExpectAsync(answer, HttpStatusCode.OK, $"a {digit}", body => (int)JsonNode.Parse(body)!["digit"]! == digit);
    }

    private async Task FormAsync(Random random)
    {
        var chosen = Enumerable.Range(0, 8).Select(_ => pictures.Any(random)).ToList();
        var digits = chosen.ConvertAll(picture => picture.Digit);
        using var answer = await PostAsync(() =>
        {
            var form = new MultipartFormDataContent();
            foreach (var (bytes, _) in chosen) form.Add(new ByteArrayContent(bytes), "file", "a.png");
            return form;
        });
        tally.Count("forms of 8 predictions");
        await ExpectAsync(answer, HttpStatusCode.OK, string.Join(' ', digits),
            body => JsonNode.Parse(body)!["predictions"]!.AsArray().Select(prediction => (int?)prediction!["digit"] ?? -1).SequenceEqual(digits));
    }

    /// <summary>Posts a prediction. Retries without limit after each 429 response that has a Retry-After header, with the delay of that header.</summary>
    private async Task<HttpResponseMessage> PostAsync(Func<HttpContent> body)
    {
        while (true)
        {
            using var content = body();
            var answer = await client.PostAsync("/predict", content);
            if (answer.StatusCode != HttpStatusCode.TooManyRequests || answer.Headers.RetryAfter?.Delta is not { } wait) return answer;
            answer.Dispose();
            tally.Count("predictions told to come back (429)");
            await Task.Delay(wait);
        }
    }

    internal async Task SubmitAsync(CancellationToken ended)
    {
        for (; !ended.IsCancellationRequested; await WaitAsync(plan.BetweenSubmissions, ended))
        {
            var submission = await SoakImages.SubmitAsync(client, pictures.Csv);
            tally.Count($"submissions of {KaggleFile.Rows} rows");
            if (!pictures.IsRight(submission)) tally.Complain($"A submission of {submission.Length} bytes is no model's.");
        }
    }

    /// <summary>Starts training jobs one after the other. Some are canceled, and some of these are resumed. Each job is then deleted with its model.</summary>
    internal async Task TrainAsync(CancellationToken ended)
    {
        for (; !ended.IsCancellationRequested; await WaitAsync(plan.BetweenJobs, ended))
        {
            var round = _round++;
            using var started = await client.PostAsJsonAsync("/train", new { name = $"soak {round}", network = round % 3 == 0 ? "cnn" : "mlp", steps = round % 3 == 0 ? 60 : 400, promote = "never" }, CancellationToken.None); // not ended: each iteration completes
            if (!await ExpectAsync(started, HttpStatusCode.Accepted, "a job", _ => true)) continue;
            var job = (string)JsonNode.Parse(await started.Content.ReadAsStringAsync(CancellationToken.None))!["id"]!;
            var watched = WatchAsync(job);
            if (round % 4 == 1) await CancelAsync(job, resume: true);
            if (round % 4 == 3) await CancelAsync(job, resume: false);
            var state = await EndAsync(job);
            await watched;
            Interlocked.Increment(ref _jobs);
            tally.Count($"training jobs {state["state"]}");
            if ((string?)state["state"] is not ("succeeded" or "cancelled")) tally.Complain($"Job {job}: {state.ToJsonString()}");
            using var forgotten = await client.DeleteAsync($"/train/{job}", CancellationToken.None);
            if ((string?)state["model"] is { } model) using (await client.DeleteAsync($"/models/{model}", CancellationToken.None)) { }
        }
    }

    /// <summary>Promotes the models in turn.</summary>
    internal async Task PromoteAsync(CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            foreach (var model in pictures.Models)
            {
                using var answer = await client.PostAsync($"/models/{model}/promote?force=true", null, CancellationToken.None);
                tally.Count("promotions");
                await ExpectAsync(answer, HttpStatusCode.OK, model, _ => true);
                await WaitAsync(plan.BetweenJobs, ended);
            }
        }
    }

    private async Task WatchAsync(string job)
    {
        using var events = await client.GetStreamAsync($"/train/{job}/events");
        using var reader = new StreamReader(events);
        while (await reader.ReadLineAsync() is not null) tally.Count("lines of events");
    }

    private async Task CancelAsync(string job, bool resume)
    {
        await Task.Delay(TimeSpan.FromSeconds(2));
        using var cancelled = await client.PostAsync($"/train/{job}/cancel", null);
        if (!resume || cancelled.StatusCode == HttpStatusCode.Conflict) return; // 409: the job had already ended
        await EndAsync(job);
        using var resumed = await client.PostAsync($"/train/{job}/resume", null);
    }

    private async Task<JsonNode> EndAsync(string job)
    {
        while (true)
        {
            var state = (await client.GetFromJsonAsync<JsonNode>($"/train/{job}"))!;
            if ((string?)state["state"] is not ("queued" or "running")) return state;
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
    }

    private async Task<bool> ExpectAsync(HttpResponseMessage answer, HttpStatusCode status, string what, Func<string, bool> isRight)
    {
        var body = await answer.Content.ReadAsStringAsync();
        if (answer.StatusCode == status && isRight(body)) return true;
        tally.Complain($"{(int)answer.StatusCode} instead of {(int)status} and {what}: {body}");
        return false;
    }

    private static Task WaitAsync(TimeSpan time, CancellationToken ended) => Task.Delay(time, ended).ContinueWith(_ => { }, TaskScheduler.Default);
}
