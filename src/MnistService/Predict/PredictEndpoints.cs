using Microsoft.Extensions.Options;
using MnistService.Connections;
using MnistService.Connections.Memory;
using MnistService.Inference;
using MnistService.Predict.Decoding;
using MnistService.Security;
using MnistService.Startup;

namespace MnistService.Predict;

/// <summary><c>POST /predict</c>: decodes the images, classifies them and returns the digits.</summary>
internal static class PredictEndpoints
{
    internal static IServiceCollection AddPredict(this IServiceCollection services)
    {
        services.AddSettings<PredictOptions, PredictOptionsValidator>(PredictOptions.Section);
        services.AddSingleton<IStartupTask, ImageWarmUpTask>();
        var bitmaps = new BitmapMemory(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        services.AddSingleton(bitmaps);
        services.AddSingleton(new MemoryBound("decoded images", "a quarter of the memory", bitmaps.Max));
        services.AddSingleton<DecodePool>();
        services.AddSingleton<ImageReceiver>();
        return services;
    }

    internal static IEndpointRouteBuilder MapPredict(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/predict", Predict).WithTags("Predict").RequireScope(Scope.Predict).WithPredictDocumentation();
        return routes;
    }

    /// <param name="http">The context of the request. The handler reads the body as a stream.</param>
    /// <param name="invert">Polarity: auto (default; detected from the image), always (dark is ink) or never (light is ink).</param>
    /// <param name="normalize">Normalization to MNIST's size and position: auto (default; only if the image does not look like MNIST), always or never.</param>
    /// <param name="image">Whether the response includes the 28×28 image that the network received: true or false (default).</param>
    private static async Task<IResult> Predict(
        HttpContext http, [AsParameters] PredictServices services, string? invert = null, string? normalize = null, string? image = null)
    {
        var (receiver, queue, inline, metrics, options) = services;
        var aborted = http.RequestAborted;
        var picture = PredictQuery.Read(invert, normalize, options.Value);
        var images = PredictQuery.ReadImage(image);
        if (queue.IsFull)
        {
            metrics.Count(RequestOutcome.Refused); // rejected before decoding, because the decoded images would be discarded
            return Busy.Inference(queue.RetryAfter);
        }
        var uploads = await receiver.ReceiveAsync(http.Request, picture, aborted);
        if (uploads is [{ Refusal: { } busy }]) return busy;
        foreach (var upload in uploads) metrics.Decoded(upload.DecodeTime);
        if (uploads is [{ Problem: { } problem }]) return problem.Result();

        if (uploads is [{ Image: { } alone }] && inline.TryAnswer(alone.Pixels.Span) is { } answer)
        {
            PredictionAnswer.SetHeaders(http.Response, uploads, [answer]);
            return PredictionAnswer.Create(http.Request, uploads, [answer], images);
        }
        var requests = uploads.ConvertAll(upload => upload.Image is { } read ? new InferenceRequest(read.Pixels, aborted) { WantsDigitScore = true } : null);
        if (TryEnqueue(queue, requests) is { } refusal) return refusal;
        var results = new List<InferenceResult?>(requests.Count);
        foreach (var request in requests) results.Add(request is null ? null : await request.Completion);
        PredictionAnswer.SetHeaders(http.Response, uploads, results);
        return PredictionAnswer.Create(http.Request, uploads, results, images);
    }

    /// <returns>The error response; null if all requests were queued.</returns>
    private static IResult? TryEnqueue(InferenceQueue queue, List<InferenceRequest?> requests)
    {
        if (requests is [{ } only]) return queue.TryEnqueue(only) ? null : Busy.Inference(queue.RetryAfter);
        var all = requests.OfType<InferenceRequest>().ToList();
        if (all.Count > queue.Capacity)
        {
            return PredictProblems.MoreFilesThanQueue.Result(all.Count, queue.Capacity);
        }
        return all.Count == 0 || queue.TryEnqueueAll(all) ? null : Busy.Inference(queue.RetryAfter);
    }

    /// <param name="Receiver">Reads and decodes the images.</param>
    /// <param name="Queue">Queue for decoded images.</param>
    /// <param name="Inline">Inline inference for a single image, which bypasses the queue if a worker is idle.</param>
    /// <param name="Metrics">Receives the decode times and the number of rejected requests.</param>
    /// <param name="Options">Settings, for the limits of an image.</param>
    private readonly record struct PredictServices(
        ImageReceiver Receiver, InferenceQueue Queue, InlineInference Inline, InferenceMetrics Metrics, IOptions<PredictOptions> Options);
}
