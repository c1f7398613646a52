using System.ComponentModel.DataAnnotations;
using MnistService.Model.Datasets;

namespace MnistService.Datasets;

/// <summary>Settings under <c>MnistService:Datasets</c>.</summary>
internal sealed class DatasetOptions
{
    internal const string Section = "MnistService:Datasets";

    /// <summary>Bytes of an upload, and of what it unpacks to. Default 512 MB.</summary>
    [Range(1, long.MaxValue)]
    public long MaxBytes { get; init; } = 512L << 20;

    /// <summary>Pictures of a set: 784 bytes each, twice in memory while it is trained on. Default 1,000,000.</summary>
    [Range(DatasetUpload.FewestImages, LabelledImagesFile.MaxCount)]
    public int MaxImages { get; init; } = 1_000_000;

    /// <summary>Entries of a zip, folders and hidden files among them: each takes some hundred bytes of memory. Default 100,000.</summary>
    [Range(1, 10_000_000)]
    public int MaxZipEntries { get; init; } = 100_000;

    /// <summary>Pixels that are decoded of one zip, all its images together. Default 4,000,000,000: 250 images of 16 megapixels, or a million of 63×63.</summary>
    [Range(1, long.MaxValue)]
    public long MaxPixels { get; init; } = 4_000_000_000;

    /// <summary>Time that decoding the images of one zip may take. Default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan MaxDecodeTime { get; init; } = TimeSpan.FromMinutes(5);
}
