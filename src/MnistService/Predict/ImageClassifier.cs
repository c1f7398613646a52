using MnistService.Connections;
using MnistService.Inference;
using MnistService.Model.Imaging;

namespace MnistService.Predict;

/// <summary>
/// Classifies the network inputs (28×28 pixels) of the images of a request. A request with a single image that has a single input uses
/// <see cref="InlineInference"/> if possible. All other requests use the inference queue.
/// </summary>
internal sealed class ImageClassifier(InferenceQueue queue, InlineInference inline)
{
    /// <summary>
    /// Divisor for the share of the inference queue that one request may occupy at a time: a quarter of the capacity. Further network inputs of the request
    /// wait, because one image can have hundreds. If a request has more images than this share, it may queue as many inputs at a time as it has images.
    /// </summary>
    private const int ShareDivisor = 4;

    /// <returns>
    /// <c>Images</c>: one entry per image, in the order of the uploads; empty if the whole request is rejected. <c>Refusal</c>: the response to a rejected
    /// request; otherwise null.
    /// </returns>
    internal async ValueTask<(List<ClassifiedImage> Images, IResult? Refusal)> ClassifyAsync(List<UploadedImage> uploads, CancellationToken aborted)
    {
        if (uploads is [{ IsOneMark: true } alone])
        {
            var pixels = alone.ToPixels();
            if (inline.TryAnswer(pixels.Span) is { } answer) return ([new(alone, answer)], null);
            var request = new InferenceRequest(pixels, aborted) { WantsDigitScore = true };
            return queue.TryEnqueue(request) ? ([new(alone, await request.Completion)], null) : ([], Busy.Inference(queue.RetryAfter));
        }
        var count = uploads.Count(upload => upload.Marks is not null);
        if (count > queue.Capacity) return ([], PredictProblems.MoreFilesThanQueue.Result(count, queue.Capacity));
        var most = Math.Max(count, queue.Capacity / ShareDivisor);
        var requests = uploads.ConvertAll(upload => upload.Marks is null ? [] : Split(upload.ToPixels(), most, aborted));
        if (await ComputeAsync([.. requests.SelectMany(request => request)], most) is { } refusal) return ([], refusal);
        var images = new List<ClassifiedImage>(uploads.Count);
        foreach (var (upload, parts) in uploads.Zip(requests)) images.Add(new(upload, upload.Marks is null ? null : await JoinAsync(parts)));
        return (images, null);
    }

    /// <summary>
    /// Creates the inference requests for one uploaded image. The image can contain several digits, and each candidate for a digit is one network input (28×28
    /// pixels). A request has at most <paramref name="maxInputs"/> inputs, so an image with more inputs gets several requests.
    /// </summary>
    private static List<InferenceRequest> Split(ReadOnlyMemory<byte> pixels, int maxInputs, CancellationToken aborted)
    {
        var (requests, bytes) = (new List<InferenceRequest>(1), maxInputs * DigitImage.PixelCount);
        for (var done = 0; done < pixels.Length; done += bytes)
            requests.Add(new(pixels.Slice(done, Math.Min(bytes, pixels.Length - done)), aborted) { WantsDigitScore = true });
        return requests;
    }

    /// <summary>
    /// Computes the inference requests in groups of at most <paramref name="maxInputs"/> network inputs. Queues a group only after the results of the previous
    /// group have arrived.
    /// </summary>
    /// <returns>The 429 response if a group does not fit into the queue; null if all inference requests have results.</returns>
    private async Task<IResult?> ComputeAsync(List<InferenceRequest> requests, int maxInputs)
    {
        for (var done = 0; done < requests.Count;)
        {
            var (together, images) = (new List<InferenceRequest>(), 0);
            for (; done < requests.Count && images + requests[done].Count <= maxInputs; done++)
            {
                together.Add(requests[done]);
                images += requests[done].Count;
            }
            if (!queue.TryEnqueueAll(together)) return Busy.Inference(queue.RetryAfter);
            await Task.WhenAll(together.ConvertAll(request => request.Completion));
        }
        return null;
    }

    /// <summary>
    /// Joins the results of the requests of one image. If a promotion happens between two requests, the results are from two models. Their digit probabilities
    /// are comparable, because the digit score of each model is calibrated.
    /// </summary>
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
