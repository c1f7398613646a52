using Microsoft.Extensions.Options;
using MnistService.Model.Datasets;
using MnistService.Startup;

namespace MnistService.Datasets;

/// <summary>Settings under <c>MnistService:Datasets</c>: limits of uploaded data sets.</summary>
internal sealed class DatasetOptions
{
    internal const string Section = "MnistService:Datasets";

    /// <summary>Maximum size of an uploaded CSV or zip file in bytes, both compressed and decompressed. Default 512 MB.</summary>
    [SettingRange(1, long.MaxValue)]
    public long MaxBytes { get; init; } = 512L << 20;

    /// <summary>
    /// Maximum number of images of a data set, and of all uploaded data sets of a training job together. A job copies the images of its data sets
    /// and therefore needs 2 × 784 bytes of memory per image. Default 1,000,000.
    /// </summary>
    [SettingRange(1, LabeledImagesFile.MaxCount)]
    public int MaxImages { get; init; } = 1_000_000;

    /// <summary>
    /// Maximum number of entries of a zip file, including folders and hidden files. The service reserves 400 bytes of memory per entry. Default 100,000.
    /// </summary>
    [SettingRange(1, 10_000_000)]
    public int MaxZipEntries { get; init; } = 100_000;

    /// <summary>
    /// Maximum cost of decoding all images of one zip file, in pixels. An image costs its width × height. A JPEG that is decoded at a reduced size costs less;
    /// a JPEG with several scans costs more. Default 4,000,000,000: 160 images of 25 megapixels, or a million images of 63×63 pixels.
    /// </summary>
    [SettingRange(1, long.MaxValue)]
    public long MaxPixels { get; init; } = 4_000_000_000;

    /// <summary>Maximum time for decoding all images of one zip file. An upload that takes longer is rejected with 408. Default 5 minutes.</summary>
    [SettingRange("00:00:00.001", "1.00:00:00")]
    public TimeSpan MaxDecodeTime { get; init; } = TimeSpan.FromMinutes(5);
}

[OptionsValidator]
internal sealed partial class DatasetOptionsValidator : IValidateOptions<DatasetOptions>;
