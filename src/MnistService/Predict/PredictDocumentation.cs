using MnistService.Connections.Memory;
using MnistService.OpenApi;

namespace MnistService.Predict;

/// <summary>OpenAPI documentation of <c>POST /predict</c>.</summary>
internal static class PredictDocumentation
{
    private const string Answer =
        """{"digit":7,"confidence":0.9998,"probabilities":[0,0,0,0.0001,0,0,0,0.9998,0,0.0001],"model":"cnn-02n6rc9mn6442"}""";

    internal static RouteHandlerBuilder WithPredictDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Read a digit from a picture")
        .WithDescription(
            "The body is the bytes of a PNG or JPEG (the bytes decide, not the declared type), or a form with one or more files. Any size up to 16 megapixels, " +
            "dark on light or light on dark, grey, palette, colour, alpha. A 28×28 picture that looks like MNIST goes in unchanged; anything else is brought into " +
            "MNIST's frame. Query: `invert` and `normalize`, each `auto` (default), `always` or `never`. `image=true` adds to each answer what the network read, `image`: " +
            "784 bytes in row order, 0 is paper and 255 is ink, as base64. `Accept: text/plain` answers just the digit. " +
            "Several files are answered as `{\"model\",\"predictions\":[…]}`, in order; one that fails carries its own `error`.")
        .WithFileBody("multipart/form-data", "image/png", "image/jpeg")
        .WithQueryValues("invert", "auto", "auto", "always", "never")
        .WithQueryValues("normalize", "auto", "auto", "always", "never")
        .WithQueryValues("image", "false", "false", "true")
        .Produces<Prediction>(200, "application/json")
        .WithAnswer(200, "application/json", Answer)
        .WithAnswer(200, "text/plain", "7")
        .WithError(400, "picture_empty", "The body is empty", "The body has no bytes; expected a PNG or JPEG.")
        .WithError(400, "picture_unreadable", "The picture cannot be read", "The PNG ends in the middle of its IDAT chunk.")
        .WithError(400, "form_invalid", "The form cannot be read", "The multipart boundary has 0 characters; expected 1 to 70.")
        .WithError(413, "picture_too_large", "The picture is too large", "The header announces 20000×20000 pixels; at most 16000000 are read.")
        .WithError(415, "picture_unsupported_type", "Not a picture type that is read", "The bytes are a GIF; PNG and JPEG are read.")
        .WithError(415, "encoding_not_supported", "The encoding is not read", "Content-Encoding is not one of gzip, identity.")
        .WithError(422, "picture_no_ink", "The picture is empty of ink", "Every pixel is of the paper's colour.")
        .WithError(422, "picture_bad_proportions", "The picture has impossible proportions", "The picture is 4000×10.")
        .WithError(422, "query_invalid", "The query has a value that is not known", "invert is not one of auto, always, never.")
        .WithError(429, "queue_full", "The service is busy", "The queue of pictures is full (MnistService:Inference:QueueCapacity). Try again after the seconds of Retry-After.")
        .WithError(429, "bodies_too_large", "The service is busy", MemoryProblems.TooManyDetail)
        .WithError(503, "not_ready", "The service is not ready", "The service is shutting down.")
        .WithError(504, "deadline_passed", "The deadline passed in the queue", "The request waited longer than MnistService:Inference:Deadline and was not computed.");
}
