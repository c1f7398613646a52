using Microsoft.Extensions.Options;
using MnistService.Model.Imaging;
using MnistService.Startup;

namespace MnistService.Predict;

/// <summary>Settings under <c>MnistService:Predict</c>: limits of the images that clients send to <c>POST /predict</c> and <c>POST /read</c>.</summary>
internal sealed class PredictOptions
{
    internal const string Section = "MnistService:Predict";

    /// <summary>Maximum size of one image file in bytes; a larger image is rejected with 413. Default 32 MB.</summary>
    [SettingRange(1, 1 << 30)]
    public int MaxBytes { get; init; } = 32 << 20;

    /// <summary>
    /// Maximum width × height of one image in pixels, except for baseline JPEGs; a larger image is rejected with 413. Default 25 megapixels, enough for the
    /// photos of a 24-megapixel camera.
    /// </summary>
    [SettingRange(784, 1 << 28)]
    public int MaxPixels { get; init; } = ImageOptions.Default.MaxPixels;

    /// <summary>
    /// Maximum width × height in pixels of one baseline JPEG; a larger image is rejected with 413. The limit is higher than for other images, because a
    /// baseline JPEG is decoded at a reduced size. Default 65 megapixels, enough for the photos of a 64-megapixel camera.
    /// </summary>
    [SettingRange(784, 1 << 28)]
    public int MaxJpegPixels { get; init; } = ImageOptions.Default.MaxJpegPixels;

    /// <summary>Options for decoding an image: the pixel limits of these settings, with the default polarity and normalization (<c>auto</c>).</summary>
    internal ImageOptions Images => field ??= ImageOptions.Default with { MaxPixels = MaxPixels, MaxJpegPixels = MaxJpegPixels };

    /// <summary>Maximum number of images in one form; a form with more images is rejected with 413. Default 100.</summary>
    [SettingRange(1, 10_000)]
    public int MaxFiles { get; init; } = 100;

    /// <summary>
    /// Maximum size of one form in bytes, without the headers of the form's parts, for which 64 kB more are allowed. A larger form is rejected with 413.
    /// Default 50 MB.
    /// </summary>
    [SettingRange(1, 1 << 30)]
    public int MaxFormBytes { get; init; } = 50 << 20;

    /// <summary>
    /// Maximum estimated wait for decoding. If the estimate is higher, images of more than 64×64 pixels or 64 kB are rejected with 429. Smaller images are
    /// exempt, because the thread of their request decodes them. The default of 1 s is half of the default of <c>MnistService:Inference:Deadline</c>, so that
    /// accepted images rarely exceed the deadline.
    /// </summary>
    [SettingRange("00:00:00", "00:10:00")]
    public TimeSpan MaxDecodeWait { get; init; } = TimeSpan.FromSeconds(1);
}

[OptionsValidator]
internal sealed partial class PredictOptionsValidator : IValidateOptions<PredictOptions>;
