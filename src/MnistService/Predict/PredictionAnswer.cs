using System.Globalization;
using System.Numerics.Tensors;
using MnistService.Inference;
using MnistService.Model.Architectures;

namespace MnistService.Predict;

/// <summary>Builds the response of <c>POST /predict</c> for one or several images, as JSON or as text with one digit per line.</summary>
internal static class PredictionAnswer
{
    /// <summary>Text for an image that could not be read, and for one that shows no digit.</summary>
    private const string NoImage = "-", NoDigit = "?";

    /// <param name="request">The Accept header selects plain text or JSON.</param>
    /// <param name="uploads">The images of the request.</param>
    /// <param name="results">One entry per image, in the same order; null if the image could not be read.</param>
    /// <param name="images">Whether each prediction in the JSON includes the 28×28 image that the network received.</param>
    internal static IResult Create(HttpRequest request, List<UploadedImage> uploads, List<InferenceResult?> results, bool images)
    {
        if (WantsText(request)) return TypedResults.Text(string.Join('\n', results.Select(TextOf)), "text/plain");
        if (results is [{ } only])
        {
            var (digit, digitProbability, isDigit) = Read(only);
            var prediction = new Prediction(
                digit, only.Probabilities[digit], digitProbability, isDigit, only.Probabilities, only.Model, images ? uploads[0].Image!.Pixels.ToArray() : null);
            return images ? TypedResults.Json(prediction, PredictJson.Relaxed.Prediction) : new PredictionResult(prediction);
        }
        var answers = uploads.Zip(results, (upload, result) => NamedOf(upload, result, images)).ToList();
        return TypedResults.Json(new PredictionList(results.FirstOrDefault(r => r is not null)?.Model, answers), PredictJson.Relaxed.PredictionList);
    }

    /// <summary>
    /// Sets the headers <c>Server-Timing</c> (milliseconds) and <c>X-Batch-Size</c> (images). For several images, the values are the total decode time, the longest
    /// queue time, the longest compute time and the largest batch.
    /// </summary>
    internal static void SetHeaders(HttpResponse response, List<UploadedImage> uploads, List<InferenceResult?> results)
    {
        TimeSpan decode = default, queue = default, compute = default;
        var batch = 0;
        foreach (var upload in uploads) decode += upload.DecodeTime;
        foreach (var result in results)
        {
            if (result is null) continue;
            if (result.Queued > queue) queue = result.Queued;
            if (result.Computed > compute) compute = result.Computed;
            batch = Math.Max(batch, result.BatchSize);
        }
        response.Headers["Server-Timing"] = ServerTiming.Format(decode, queue, compute);
        response.Headers["X-Batch-Size"] = batch.ToString(CultureInfo.InvariantCulture);
    }

    private static NamedPrediction NamedOf(UploadedImage upload, InferenceResult? result, bool images)
    {
        if (result is null) return new(upload.Name, Error: PictureProblem.Of(upload.Problem!));
        var (digit, digitProbability, isDigit) = Read(result);
        return new(upload.Name, digit, result.Probabilities[digit], digitProbability, isDigit, result.Probabilities, images ? upload.Image!.Pixels.ToArray() : null);
    }

    private static string TextOf(InferenceResult? result)
    {
        if (result is null) return NoImage;
        var (digit, _, isDigit) = Read(result);
        return isDigit == false ? NoDigit : digit.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Returns the most probable digit, and the digit score; the latter is null if the model has none.</summary>
    private static (int Digit, float? DigitProbability, bool? IsDigit) Read(InferenceResult result)
    {
        float? probability = result.DigitProbabilities is [var score] && !float.IsNaN(score) ? score : null;
        return (TensorPrimitives.IndexOfMax<float>(result.Probabilities), probability, probability is null ? null : probability >= DigitScore.Threshold);
    }

    private static bool WantsText(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/plain", StringComparison.OrdinalIgnoreCase)
        && request.GetTypedHeaders().Accept.OrderByDescending(accept => accept.Quality ?? 1).FirstOrDefault()?.MediaType.Value == "text/plain";
}

/// <summary>Formats the header <c>Server-Timing</c> (W3C): durations in milliseconds with three decimals.</summary>
internal static class ServerTiming
{
    internal static string Format(TimeSpan decode, TimeSpan queue, TimeSpan compute)
    {
        // Uses integer microseconds, because formatting floating-point numbers would take a tenth as long as the forward pass.
        var (d, q, c) = (Microseconds(decode), Microseconds(queue), Microseconds(compute));
        return string.Create(CultureInfo.InvariantCulture, stackalloc char[96],
            $"decode;dur={d / 1000}.{d % 1000:d3}, queue;dur={q / 1000}.{q % 1000:d3}, compute;dur={c / 1000}.{c % 1000:d3}");
    }

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;
}
