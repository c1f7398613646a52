using Microsoft.Extensions.Options;
using MnistService.Connections;
using MnistService.Inference;
using MnistService.Model.Imaging;

namespace MnistService.Predict;

/// <summary>Receives, decodes and classifies the images of a request.</summary>
/// <param name="receiver">Reads and decodes the images.</param>
/// <param name="classifier">Classifies the ink marks in the images.</param>
/// <param name="secondReader">Reads images with an uncertain result a second time.</param>
/// <param name="queue">Inference queue; if it is full, the request is rejected before decoding.</param>
/// <param name="metrics">Receives the decode times and the number of rejected requests.</param>
/// <param name="options">Settings with the limits of an image and of a form.</param>
internal sealed class ImagePipeline(
    ImageReceiver receiver, ImageClassifier classifier, SecondReader secondReader, InferenceQueue queue, InferenceMetrics metrics, IOptions<PredictOptions> options)
{
    internal PredictOptions Options { get; } = options.Value;

    /// <summary>Decodes and classifies the images of a request, and sets the headers of the response.</summary>
    /// <returns>
    /// <c>Images</c>: one entry per image, in the order of the request; empty if the whole request is rejected. <c>Refusal</c>: the response to a rejected
    /// request; otherwise null.
    /// </returns>
    internal async ValueTask<(List<ClassifiedImage> Images, IResult? Refusal)> ClassifyAsync(HttpContext http, ImageOptions picture)
    {
        if (queue.IsFull)
        {
            metrics.Count(RequestOutcome.Refused); // the request is rejected before decoding, because the decoded images would be discarded
            return ([], Busy.Inference(queue.RetryAfter));
        }
        var uploads = await receiver.ReceiveAsync(http.Request, picture, http.RequestAborted);
        if (uploads is [{ Refusal: { } busy }]) return ([], busy);
        foreach (var upload in uploads) metrics.Decoded(upload.DecodeTime);
        try
        {
            if (uploads is [{ Problem: { } problem, File: null }]) return ([], problem.Result());
            var (images, refusal) = await classifier.ClassifyAsync(uploads, http.RequestAborted);
            if (refusal is not null) return ([], refusal);
            await secondReader.ReadAsync(images, picture, http.RequestAborted);
            if (images is [{ Upload.Problem: { } stays }]) return ([], stays.Result());
            PredictHeaders.Set(http.Response, images);
            return (images, null);
        }
        finally
        {
            foreach (var upload in uploads) upload.File?.Dispose();
        }
    }
}
