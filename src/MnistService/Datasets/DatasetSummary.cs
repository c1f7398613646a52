using System.Text.Json.Serialization;
using MnistService.Datasets.LabelChecks;

namespace MnistService.Datasets;

/// <summary>Metadata of a data set.</summary>
/// <param name="Id">Unique id, used as <c>data</c> in <c>POST /train</c>.</param>
/// <param name="Name">Display name; <c>null</c> if the data set was stored without a name.</param>
/// <param name="CreatedAt">Time of the upload; <c>null</c> for a built-in data set.</param>
/// <param name="Source">
/// Format of the uploaded file; <c>idx</c> for MNIST, <c>drawn</c> for the built-in data set <c>strokes</c>, whose images the service draws.
/// </param>
/// <param name="Images">Number of images in the data set.</param>
/// <param name="Labels">Number of images per digit, 0 to 9 (10 elements); <c>null</c> for MNIST unless its state is <c>available</c>.</param>
/// <param name="Sha256">
/// SHA-256 of the pixels followed by the labels, hexadecimal; <c>null</c> for MNIST unless its state is <c>available</c>. The model cards of models that were
/// trained on the data set contain the same value.
/// </param>
/// <param name="BuiltIn">Whether the data set is built in. A built-in data set cannot be renamed or deleted.</param>
/// <param name="State">Whether the files of the images exist and are valid.</param>
/// <param name="Suspicious">
/// Number of images that the served model classified as another digit than their label, with a calibrated confidence of at least 0.95, and the id of that
/// model; <c>null</c> if the labels were not checked.
/// </param>
/// <param name="LabelCheck">Result of the label check as a sentence, or the reason why the labels were not checked.</param>
internal sealed record DatasetSummary(
    string Id,
    string? Name,
    DateTimeOffset? CreatedAt,
    DatasetSource Source,
    int Images,
    IReadOnlyList<int>? Labels,
    string? Sha256,
    bool BuiltIn,
    DatasetState State,
    SuspiciousLabels? Suspicious,
    string LabelCheck)
{
    /// <summary>
    /// Warning about suspicious labels, for training jobs that use this data set; <c>null</c> if the label check found nothing to warn about.
    /// </summary>
    [JsonIgnore]
    public string? Warning { get; init; }
}

/// <summary>Whether the image files of a data set are available, missing or damaged.</summary>
internal enum DatasetState
{
    /// <summary>
    /// MNIST: the files match their published checksums. Uploaded data set: the length of the file matches its number of images. The data set <c>strokes</c> is
    /// always available, because the service draws it.
    /// </summary>
    Available,

    /// <summary>A file with the images of the data set is missing.</summary>
    Missing,

    /// <summary>
    /// MNIST: a file does not match its published length and checksum, or cannot be read. Uploaded data set: the length of the file does not
    /// match its number of images.
    /// </summary>
    Damaged,
}

/// <summary>List of all data sets.</summary>
/// <param name="Datasets">The uploaded data sets, newest first, and then the built-in data sets.</param>
internal sealed record DatasetList(IReadOnlyList<DatasetSummary> Datasets);

/// <summary>Origin of a data set: the format of the uploaded file, or the kind of built-in data set.</summary>
internal enum DatasetSource
{
    /// <summary>The data set was uploaded as a labeled Kaggle CSV.</summary>
    Csv,

    /// <summary>The data set was uploaded as a zip file with images in folders that are named after their digits.</summary>
    Zip,

    /// <summary>The data set is the built-in MNIST, which consists of IDX files.</summary>
    Idx,

    /// <summary>The data set is built in, and the service draws its images.</summary>
    Drawn,
}
