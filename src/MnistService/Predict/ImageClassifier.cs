using MnistService.Connections;
using MnistService.Inference;
using MnistService.Model.Imaging;

namespace MnistService.Predict;

/// <summary>Classifies the marks of the images of a request. An image with one mark uses inline inference if a worker is idle; all others use the inference queue.</summary>
internal sealed class ImageClassifier(InferenceQueue queue, InlineInference inline)
{
    /// <summary>An image with many marks takes at most this fraction of the queue at a time.</summary>
    private const int LargestShare = 4;

    /// <returns>One entry per image, in the same order; null if the image could not be read. Or the response to the whole request if it is rejected.</returns>
    internal async Task<(List<ReadImage?> Images, IResult? Refusal)> ClassifyAsync(List<UploadedImage> uploads, CancellationToken aborted)
    {
        if (uploads is [{ IsOneMark: true } alone] && inline.TryAnswer(alone.ToPixels().Span) is { } answer) return ([new(alone, answer)], null);
        var count = uploads.Count(upload => upload.Marks is not null);
        if (count > 1 && count > queue.Capacity) return ([], PredictProblems.MoreFilesThanQueue.Result(count, queue.Capacity));
        var most = Math.Max(Math.Max(1, count), queue.Capacity / LargestShare);
        var requests = uploads.ConvertAll(upload => upload.Marks is null ? [] : Split(upload.ToPixels(), most, aborted));
        if (await ComputeAsync([.. requests.SelectMany(request => request)], most) is { } refusal) return ([], refusal);
        var images = new List<ReadImage?>(uploads.Count);
        foreach (var (upload, parts) in uploads.Zip(requests)) images.Add(upload.Marks is null ? null : new(upload, await JoinAsync(parts)));
        return (images, null);
    }

    /// <summary>Creates one request; several if the image has more than <paramref name="most"/> marks.</summary>
    private static List<InferenceRequest> Split(ReadOnlyMemory<byte> pixels, int most, CancellationToken aborted)
    {
        var (requests, bytes) = (new List<InferenceRequest>(1), most * DigitImage.PixelCount);
        for (var done = 0; done < pixels.Length; done += bytes)
            requests.Add(new(pixels.Slice(done, Math.Min(bytes, pixels.Length - done)), aborted) { WantsDigitScore = true });
        return requests;
    }

    /// <summary>Queues up to <paramref name="most"/> images at a time, and waits for them.</summary>
    /// <returns>The error response; null if all requests were computed.</returns>
    private async Task<IResult?> ComputeAsync(List<InferenceRequest> requests, int most)
    {
        for (var done = 0; done < requests.Count;)
        {
            var (together, images) = (new List<InferenceRequest>(), 0);
            for (; done < requests.Count && images + requests[done].Count <= most; done++)
            {
                together.Add(requests[done]);
                images += requests[done].Count;
            }
            if (!queue.TryEnqueueAll(together)) return Busy.Inference(queue.RetryAfter);
            await Task.WhenAll(together.ConvertAll(request => request.Completion));
        }
        return null;
    }

    /// <summary>Joins the results of an image. If another model was promoted in between, the parts have no common digit score.</summary>
    private static async Task<InferenceResult> JoinAsync(List<InferenceRequest> requests)
    {
        var first = await requests[0].Completion;
        if (requests.Count == 1) return first;
        var parts = new List<InferenceResult>();
        foreach (var request in requests) parts.Add(await request.Completion);
        var isOneModel = parts.TrueForAll(part => part.Model == first.Model);
        return first with
        {
            Probabilities = [.. parts.SelectMany(part => part.Probabilities)],
            DigitProbabilities = [.. parts.SelectMany(part => part.DigitProbabilities!.Select(score => isOneModel ? score : float.NaN))],
            Queued = parts.Max(part => part.Queued),
            Computed = new(parts.Sum(part => part.Computed.Ticks)),
        };
    }
}
