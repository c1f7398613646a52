using MnistService.Connections.Memory;
using MnistService.OpenApi;

namespace MnistService.Predict;

/// <summary>OpenAPI documentation of <c>POST /predict</c>.</summary>
internal static class PredictDocumentation
{
    private const string Answer =
        """{"digit":7,"confidence":0.9998,"probabilities":[0,0,0,0.0001,0,0,0,0.9998,0,0.0001],"model":"cnn-02n6rc9mn6442"}""";

    internal static RouteHandlerBuilder WithPredictDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Classify the digit in an image")
        .WithDescription(
            "The body is a PNG or JPEG (detected from the bytes; the declared type is ignored), or a form with one or more files. The image may have any size up to 16 megapixels, " +
            "be dark on light or light on dark, and be gray, palette, color or with alpha. A 28×28 image that looks like MNIST is used unchanged; other images are normalized to " +
            "MNIST's frame. The query parameters `invert` and `normalize` are `auto` (default), `always` or `never`. `image=true` adds the network's input as `image` to each " +
            "prediction: 784 bytes in row-major order, 0 is paper and 255 is ink, as base64. With `Accept: text/plain`, the response is only the digit. " +
            "The response to several files is `{\"model\",\"predictions\":[…]}`, in order; a file that fails has its own `error`.")
        .WithFileBody("multipart/form-data", "image/png", "image/jpeg")
        .WithQueryValues("invert", "auto", "auto", "always", "never")
        .WithQueryValues("normalize", "auto", "auto", "always", "never")
        .WithQueryValues("image", "false", "false", "true")
        .Produces<Prediction>(200, "application/json")
        .WithAnswer(200, "application/json", Answer)
        .WithAnswer(200, "text/plain", "7")
        .WithError(400, "picture_empty", "The body is empty", "The image has no bytes; expected a PNG or JPEG.")
        .WithError(400, "picture_unreadable", "The image cannot be read", "The PNG ends at byte 120, before its IEND chunk.")
        .WithError(400, "form_invalid", "The form cannot be read", "The multipart boundary has 0 characters; expected 1 to 70.")
        .WithError(413, "picture_too_large", "The image is too large", "The image has 20000×20000 = 400000000 pixels; at most 16000000 are allowed.")
        .WithError(415, "picture_unsupported_type", "The image type is not supported", "The file is a GIF; expected a PNG or JPEG.")
        .WithError(415, "encoding_not_supported", "The content encoding is not supported", "The header Content-Encoding is not one of gzip, identity.")
        .WithError(422, "picture_no_ink", "The image has no ink", "The image has no ink: nothing differs from the paper by more than its noise (noise: 0.0 gray levels).")
        .WithError(422, "picture_bad_proportions", "The image has unsupported proportions", "The image is 4000×10; one side may be at most 20 times as long as the other.")
        .WithError(422, "query_invalid", "A query parameter has an unknown value", "The query parameter 'invert' is not one of auto, always, never.")
        .WithError(429, "queue_full", "The service is busy", "The inference queue is full (MnistService:Inference:QueueCapacity). Try again after the number of seconds in Retry-After.")
        .WithError(429, "bodies_too_large", "The service is busy", MemoryProblems.TooManyDetail)
        .WithError(503, "not_ready", "The service is not ready", "The service is shutting down.")
        .WithError(504, "deadline_passed", "The request exceeded its deadline in the queue", "The request waited longer than MnistService:Inference:Deadline and was not computed.");
}
