using Microsoft.Extensions.Options;
using MnistService.Connections;
using MnistService.Connections.Memory;
using MnistService.Inference;
using MnistService.Model.Imaging;
using MnistService.Predict.Decoding;
using MnistService.Security;
using MnistService.Startup;

namespace MnistService.Predict;

/// <summary>
/// Endpoints <c>POST /predict</c> and <c>POST /read</c>. Both decode the images and classify the ink marks in them. <c>POST /predict</c> returns one digit per
/// image, and <c>POST /read</c> returns all digits of each image.
/// </summary>
internal static class PredictEndpoints
{
    internal static IServiceCollection AddPredict(this IServiceCollection services)
    {
        services.AddSettings<PredictOptions, PredictOptionsValidator>(PredictOptions.Section);
        services.AddSingleton<IStartupTask, ImageWarmUpTask>();
        var bitmaps = BitmapMemory.OfProcess();
        services.AddSingleton(bitmaps);
        services.AddSingleton(new MemoryBound("decoded images", "an eighth of the memory", bitmaps.Max));
        services.AddSingleton<DecodePool>();
        services.AddSingleton<ImageReceiver>();
        services.AddSingleton<ImageClassifier>();
        services.AddSingleton<SecondReader>();
        return services;
    }

    internal static IEndpointRouteBuilder MapPredict(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/predict", Predict).WithTags("Predict").RequireScope(Scope.Predict).WithPredictDocumentation();
        routes.MapPost("/read", Read).WithTags("Predict").RequireScope(Scope.Predict).WithReadDocumentation();
        return routes;
    }

    /// <param name="http">The context of the request. The handler reads the body as a stream.</param>
    /// <param name="invert">Polarity: auto (default; detected from the image), always (dark is ink) or never (light is ink).</param>
    /// <param name="normalize">Normalization to MNIST's size and position: auto (default; only if the image does not look like MNIST), always or never.</param>
    /// <param name="image">Whether the response includes the network input (28×28 pixels) and the position of the digit: true or false (default).</param>
    private static async Task<IResult> Predict(
        HttpContext http, [AsParameters] PredictServices services, string? invert = null, string? normalize = null, string? image = null)
    {
        var picture = PredictQuery.Read(invert, normalize, services.Options.Value);
        var withImage = PredictQuery.ReadImage(image);
        var (images, refusal) = await services.ClassifyAsync(http, picture);
        return refusal ?? PredictionAnswer.Create(http.Request, images, withImage);
    }

    /// <param name="http">The context of the request. The handler reads the body as a stream.</param>
    /// <param name="invert">Polarity: auto (default; detected from the image), always (dark is ink) or never (light is ink).</param>
    /// <param name="image">Whether each digit includes its network input (28×28 pixels): true or false (default).</param>
    private static async Task<IResult> Read(HttpContext http, [AsParameters] PredictServices services, string? invert = null, string? image = null)
    {
        var picture = PredictQuery.Read(invert, normalize: null, services.Options.Value) with { SeparateTouching = true };
        var withImage = PredictQuery.ReadImage(image);
        var (images, refusal) = await services.ClassifyAsync(http, picture);
        return refusal ?? ReadingAnswer.Create(http.Request, images, withImage);
    }

    /// <param name="Receiver">Reads and decodes the images.</param>
    /// <param name="Classifier">Classifies the ink marks in the images.</param>
    /// <param name="SecondReader">Reads images with an uncertain result a second time.</param>
    /// <param name="Queue">Inference queue; if it is full, the request is rejected before decoding.</param>
    /// <param name="Metrics">Receives the decode times and the number of rejected requests.</param>
    /// <param name="Options">Settings with the limits of an image and of a form.</param>
    private readonly record struct PredictServices(
        ImageReceiver Receiver, ImageClassifier Classifier, SecondReader SecondReader, InferenceQueue Queue, InferenceMetrics Metrics, IOptions<PredictOptions> Options)
    {
        /// <summary>Decodes and classifies the images of a request, and sets the headers of the response.</summary>
        /// <returns>
        /// <c>Images</c>: one entry per image, in the order of the request; empty if the whole request is rejected. <c>Refusal</c>: the response to a rejected
        /// request; otherwise null.
        /// </returns>
        public async ValueTask<(List<ClassifiedImage> Images, IResult? Refusal)> ClassifyAsync(HttpContext http, ImageOptions picture)
        {
            if (Queue.IsFull)
            {
                Metrics.Count(RequestOutcome.Refused); // the request is rejected before decoding, because the decoded images would be discarded
                return ([], Busy.Inference(Queue.RetryAfter));
            }
            var uploads = await Receiver.ReceiveAsync(http.Request, picture, http.RequestAborted);
            if (uploads is [{ Refusal: { } busy }]) return ([], busy);
            foreach (var upload in uploads) Metrics.Decoded(upload.DecodeTime);
            try
            {
                if (uploads is [{ Problem: { } problem, File: null }]) return ([], problem.Result());
                var (images, refusal) = await Classifier.ClassifyAsync(uploads, http.RequestAborted);
                if (refusal is not null) return ([], refusal);
                await SecondReader.ReadAsync(images, picture, http.RequestAborted);
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
}
