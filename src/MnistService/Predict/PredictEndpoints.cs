using MnistService.Connections.Memory;
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
        services.AddSingleton<ImagePipeline>();
        return services;
    }

    internal static IEndpointRouteBuilder MapPredict(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/predict", Predict).WithTags("Predict").RequireScope(Scope.Predict).WithPredictDocumentation();
        routes.MapPost("/read", Read).WithTags("Predict").RequireScope(Scope.Predict).WithReadDocumentation();
        return routes;
    }

    /// <param name="http">The context of the request. The handler reads the body as a stream.</param>
    /// <param name="pipeline">Receives, decodes and classifies the images.</param>
    /// <param name="invert">Polarity: auto (default; detected from the image), always (dark is ink) or never (light is ink).</param>
    /// <param name="normalize">Normalization to MNIST's size and position: auto (default; only if the image does not look like MNIST), always or never.</param>
    /// <param name="image">Whether the response includes the network input (28×28 pixels) and the position of the digit: true or false (default).</param>
    private static async Task<IResult> Predict(HttpContext http, ImagePipeline pipeline, string? invert = null, string? normalize = null, string? image = null)
    {
        var picture = PredictQuery.Read(invert, normalize, pipeline.Options);
        var withImage = PredictQuery.ReadImage(image);
        var (images, refusal) = await pipeline.ClassifyAsync(http, picture);
        return refusal ?? PredictionAnswer.Create(http.Request, images, withImage);
    }

    /// <param name="http">The context of the request. The handler reads the body as a stream.</param>
    /// <param name="pipeline">Receives, decodes and classifies the images.</param>
    /// <param name="invert">Polarity: auto (default; detected from the image), always (dark is ink) or never (light is ink).</param>
    /// <param name="image">Whether each digit includes its network input (28×28 pixels): true or false (default).</param>
    private static async Task<IResult> Read(HttpContext http, ImagePipeline pipeline, string? invert = null, string? image = null)
    {
        var picture = PredictQuery.Read(invert, normalize: null, pipeline.Options) with { SeparateTouching = true };
        var withImage = PredictQuery.ReadImage(image);
        var (images, refusal) = await pipeline.ClassifyAsync(http, picture);
        return refusal ?? ReadingAnswer.Create(http.Request, images, withImage);
    }
}
