using MnistService.Http;
using MnistService.Model.Imaging;
using MnistService.Model.Reading;

namespace MnistService.Predict;

/// <summary>
/// Problem types of the error responses of <c>POST /predict</c> and <c>POST /read</c>. The codes <c>picture_*</c> correspond to the values of
/// <see cref="ImageError"/>.
/// </summary>
internal static class PredictProblems
{
    internal static readonly ProblemType
        Empty = new(400, "picture_empty", "The body is empty", "{0}", "The image has no bytes; expected a PNG, JPEG, WebP, GIF or BMP."),
        Unreadable = new(400, "picture_unreadable", "The image cannot be read", "{0}", "The PNG ends at byte 120, before its IEND chunk. Send the complete file."),
        FormWithoutFile = new(400, "form_without_file", "The form has no file",
            "The form has no part with a file name; expected at least one such part, with an image as its content."),
        TooLarge = new(413, "picture_too_large", "The image is too large", "{0}",
            "The image has 20000×20000 = 400000000 pixels; at most 25000000 are allowed. Scale the image down."),
        FormTooLarge = new(413, "form_too_large", "The form is too large",
            $"The form has more than {{0}} bytes, the sum of {PredictOptions.Section}:MaxFormBytes and 65536 bytes for headers. "
            + "Send fewer images, or raise the limit.", 33619968),
        TooManyFiles = new(413, "form_too_many_files", "The form has too many files",
            $"The form has more than {{0}} images ({PredictOptions.Section}:MaxFiles). Send fewer images, or raise the limit.", 64),
        MoreFilesThanQueue = new(413, "form_too_many_files", "The form has too many files",
            "The form has {0} images; the inference queue holds at most {1} (MnistService:Inference:QueueCapacity). Send fewer images, or raise the limit.", 64, 32),
        UnsupportedType = new(415, "picture_unsupported_type", "The image type is not supported", "{0}", "The file is a PDF; expected a PNG, JPEG, WebP, GIF or BMP. Export the page as a PNG or JPEG first."),
        NoInk = new(422, "picture_no_ink", "The image has no ink", "{0}",
            "The image has no ink: no pixel differs from the paper by more than 8 gray levels (noise of the paper: 0.0 gray levels)."),
        BadProportions = new(422, "picture_bad_proportions", "The image has unsupported proportions", "{0}",
            "The image has 4000×10 pixels; one side may be at most 20 times as long as the other. Crop the image to the digit."),
        SeveralDigits = new(422, "several_digits", "The image shows several digits",
            "The image shows {0} digits ({1}); expected one. Send it to /read, which returns all digits of an image, or crop it to one digit.", 2, "42");

    /// <summary>Problem types that both routes can return for an image or for a form of images.</summary>
    internal static readonly ProblemType[] All =
        [Empty, Unreadable, FormWithoutFile, TooLarge, FormTooLarge, TooManyFiles, MoreFilesThanQueue, UnsupportedType, NoInk, BadProportions];

    /// <summary>Returns the problem of a rejected image.</summary>
    internal static Problem Of(ImageException e) => new(e.Error switch
    {
        ImageError.Empty => Empty,
        ImageError.TooLarge => TooLarge,
        ImageError.UnsupportedType => UnsupportedType,
        ImageError.NoInk => NoInk,
        ImageError.BadProportions => BadProportions,
        _ => Unreadable,
    }, e.Message);

    /// <summary>Returns the problem of an image that shows several digits, for <c>POST /predict</c>.</summary>
    internal static Problem OfSeveral(PageReading reading) =>
        new(SeveralDigits, SeveralDigits.Detail(reading.Digits.Count, reading.Text.Replace('\n', ' ')));
}
