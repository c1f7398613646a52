using MnistService.Connections;
using MnistService.Connections.Memory;
using MnistService.Http;
using MnistService.Inference;
using MnistService.OpenApi;
using MnistService.Uploads;

namespace MnistService.Predict;

/// <summary>OpenAPI documentation of <c>POST /predict</c> and <c>POST /read</c>.</summary>
internal static class PredictDocumentation
{
    private const string Answer =
        """{"digit":7,"confidence":0.9998,"digitProbability":0.9999,"isDigit":true,"probabilities":[0,0,0,0.0001,0,0,0,0.9998,0,0.0001],"ignored":0,"model":"cnn-02ngc96a00nra"}""";

    private const string Digits =
        """[{"digit":4,"confidence":0.9991,"digitProbability":0.9987,"box":{"x":40,"y":60,"width":71,"height":124}},{"digit":2,"confidence":0.9997,"digitProbability":0.9994,"box":{"x":131,"y":58,"width":80,"height":126}}]""";

    internal static RouteHandlerBuilder WithPredictDocumentation(this RouteHandlerBuilder route) => route
        .WithName("predict")
        .WithSummary("Classify the digit in an image")
        .WithDescription(
            "The body is a PNG, JPEG, WebP, GIF or BMP (detected from the bytes; the declared type is ignored), or a form with one or more files. The image " +
            "may also be sent as a data URL, as Base64 text or as the JSON object `{\"image\":\"data:image/png;base64,…\"}`. The image may have up to 32 MB " +
            "and 25 megapixels; a baseline JPEG, 65 megapixels. The EXIF orientation is applied. Of an animation, the first frame is read. HEIC, AVIF, " +
            "TIFF, PDF and SVG are rejected. The image may be dark on light or light on dark, and be gray, palette, color or with alpha. A 28×28 image that " +
            "looks like MNIST is used unchanged; other images are normalized to MNIST's size and position. The query parameters `invert` and `normalize` " +
            "are `auto` (default), `always` or `never`. `image=true` adds two fields to each prediction: `image`, the network's input (784 bytes in " +
            "row-major order, 0 is paper and 255 is ink, as base64), and `box`, the position of the digit. `digitProbability` is the estimated probability " +
            "that the image shows a digit at all, and `isDigit` is true from 0.5 on; both are null if the model has no digit score. With `Accept: " +
            "text/plain`, the response is only the digit, or `?` if `isDigit` is false. An image with an uncertain result is read a second time, with " +
            "several interpretations of its ink, and the most probable digit is chosen. An image that shows several digits is rejected with " +
            "`several_digits`; the problem contains the digits in the format of `POST /read`. `ignored` is the number of marks that are not digits, " +
            "including specks that are too small for a digit. The response to several files is `{\"model\",\"predictions\":[…]}`, in order; a file that " +
            "fails has its own `error`.")
        .WithImages()
        .WithQueryValues("normalize", "auto", "auto", "always", "never")
        .Produces<Prediction>(200, "application/json")
        .WithAnswer(200, "application/json", Answer)
        .WithAnswer(200, "text/plain", "7")
        .WithProblems(PredictProblems.SeveralDigits.Example with { MoreMembers = $$"""{"text":"42","digits":{{Digits}}}""" });

    internal static RouteHandlerBuilder WithReadDocumentation(this RouteHandlerBuilder route) => route
        .WithName("read")
        .WithSummary("Read all digits of an image")
        .WithDescription(
            "Returns the digits in reading order, lines from top to bottom. The body is an image or a form with several images, as for `POST /predict`. " +
            "About half of the digits that touch each other are separated. `box` is in pixels of the upright image, in which the EXIF orientation is " +
            "applied. `image=true` adds the network's input as `image` to each digit, as for `POST /predict`. `text` separates lines by line feeds; it is " +
            "empty if the image shows no digit. At most 200 digits are returned. `ignored` is the number of marks that are not digits, including specks " +
            "that are too small for a digit. With `Accept: text/plain`, the response is only the text; for several files, one line per file. The response " +
            "to several files is `{\"model\",\"readings\":[…]}`, in order; a file that fails has its own `error`.")
        .WithImages()
        .Produces<Reading>(200, "application/json")
        .WithAnswer(200, "application/json", $$"""{"text":"42","digits":{{Digits}},"ignored":0,"model":"cnn-02ngc96a00nra"}""")
        .WithAnswer(200, "text/plain", "42");

    /// <summary>Documents the parts that both routes share: the body, the query parameters <c>invert</c> and <c>image</c>, and the errors.</summary>
    private static RouteHandlerBuilder WithImages(this RouteHandlerBuilder route) => route
        .WithFileBody("multipart/form-data", "image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "text/plain")
        .WithJsonBody("dataUrl", """{"image":"data:image/png;base64,iVBORw0KGgo="}""")
        .WithQueryValues("invert", "auto", "auto", "always", "never")
        .WithQueryValues("image", "false", "false", "true")
        .WithProblems(UploadProblems.FormInvalid, UploadProblems.Unreadable, UploadProblems.EncodingMismatch)
        .WithProblems(RequestProblems.EncodingNotSupported, RequestProblems.QueryValueUnknown)
        .WithProblems(PredictProblems.All)
        .WithProblems(BusyProblems.InferenceQueueFull, BusyProblems.DecodingTooSlow, MemoryProblems.TooMany, MemoryProblems.Revoked)
        .WithProblems(InferenceProblems.All);
}
