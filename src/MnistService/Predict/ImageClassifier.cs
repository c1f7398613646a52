using MnistService.Connections;
using MnistService.Inference;
using MnistService.Model.Imaging;

namespace MnistService.Predict;

/// <summary>Classifies the marks of the images of a request: a single mark inline if a worker is idle, others through the inference queue.</summary>
internal sealed class ImageClassifier(InferenceQueue queue, InlineInference inline)
{
    /// <returns>One entry per image, in the same order; null if the image could not be read. Or the response to the whole request if it is rejected.</returns>
    internal async Task<(List<ReadImage?> Images, IResult? Refusal)> ClassifyAsync(List<UploadedImage> uploads, CancellationToken aborted)
    {
        if (uploads is [{ IsOneMark: true } alone] && inline.TryAnswer(alone.ToPixels().Span) is { } answer) return ([new(alone, answer)], null);
        var count = uploads.Count(upload => upload.Marks is not null);
        if (count > 1 && count > queue.Capacity) return ([], PredictProblems.MoreFilesThanQueue.Result(count, queue.Capacity));
        var requests = uploads.ConvertAll(upload => upload.Marks is null ? [] : Split(upload.ToPixels(), aborted));
        if (await ComputeAsync([.. requests.SelectMany(request => request)]) is { } refusal) return ([], refusal);
        var images = new List<ReadImage?>(uploads.Count);
        foreach (var (upload, parts) in uploads.Zip(requests)) images.Add(upload.Marks is null ? null : new(upload, await JoinAsync(parts)));
        return (images, null);
    }

    /// <summary>Creates one request; several if the image has more marks than the queue holds.</summary>
    private List<InferenceRequest> Split(ReadOnlyMemory<byte> pixels, CancellationToken aborted)
    {
        var requests = new List<InferenceRequest>(1);
        var most = queue.Capacity * DigitImage.PixelCount;
        for (var done = 0; done < pixels.Length; done += most)
            requests.Add(new(pixels.Slice(done, Math.Min(most, pixels.Length - done)), aborted) { WantsDigitScore = true });
        return requests;
    }

    /// <summary>Queues as many requests at a time as the queue can hold, and waits for them.</summary>
    /// <returns>The error response; null if all requests were computed.</returns>
    private async Task<IResult?> ComputeAsync(List<InferenceRequest> requests)
    {
        for (var done = 0; done < requests.Count;)
        {
            var (together, images) = (new List<InferenceRequest>(), 0);
            for (; done < requests.Count && images + requests[done].Count <= queue.Capacity; done++)
            {
                together.Add(requests[done]);
                images += requests[done].Count;
            }
            if (!queue.TryEnqueueAll(together)) return Busy.Inference(queue.RetryAfter);
            foreach (var request in together) await request.Completion;
        }
        return null;
    }

    private static async Task<InferenceResult> JoinAsync(List<InferenceRequest> requests)
    {
        var first = await requests[0].Completion;
        if (requests.Count == 1) return first;
        var parts = new List<InferenceResult>();
        foreach (var request in requests) parts.Add(await request.Completion);
        return first with
        {
            Probabilities = [.. parts.SelectMany(part => part.Probabilities)],
            DigitProbabilities = [.. parts.SelectMany(part => part.DigitProbabilities!)],
            Queued = parts.Max(part => part.Queued),
            Computed = new(parts.Sum(part => part.Computed.Ticks)),
        };
    }
}
