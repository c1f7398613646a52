namespace MnistService.Datasets.LabelChecks;

/// <summary>
/// Result of the comparison of a data set's labels with the predictions of the served model. Stored as JSON in the database row of the data set.
/// </summary>
/// <param name="Model">
/// Id of the served model that classified the last images; <c>null</c> if the labels were not checked. If a promotion happens during the check, another model
/// classifies the first images.
/// </param>
/// <param name="Suspicious">
/// Number of images per label (10 rows) and predicted digit (10 columns) whose label is suspicious (see <see cref="MinConfidence"/>). Empty if the labels were
/// not checked.
/// </param>
/// <param name="Disagreements">Number of images whose predicted digit differs from their label, at any confidence.</param>
/// <param name="Inverted">Number of images in which more than half of the pixels are ink (values of at least 128).</param>
internal sealed record LabelCheck(string? Model, IReadOnlyList<IReadOnlyList<int>> Suspicious, int Disagreements, int Inverted)
{
    /// <summary>A label is suspicious if the model predicts another digit with at least this calibrated confidence (0 to 1).</summary>
    internal const float MinConfidence = 0.95f;

    /// <summary>
    /// Maximum number of suspicious labels that are stored individually: those with the highest confidence. This number limits the stored list to 100 kB.
    /// <see cref="Count"/> includes all suspicious labels.
    /// </summary>
    internal const int MaxListed = 10_000;

    /// <summary>Result without counts, for a data set whose labels could not be checked.</summary>
    internal static LabelCheck NotDone { get; } = new(null, [], 0, 0);

    /// <summary>Number of all suspicious labels, including those that are not stored individually.</summary>
    internal int Count => Suspicious.Sum(row => row.Sum());

    internal SuspiciousLabels? Summary => Model is null ? null : new(Count, Model);
}

/// <summary>Number of labels of a data set that look wrong.</summary>
/// <param name="Count">Number of images that the model classifies as another digit than their label, with a calibrated confidence of at least 0.95.</param>
/// <param name="Model">Id of the model that checked the labels.</param>
internal sealed record SuspiciousLabels(int Count, string Model);

/// <summary>One page of the images whose labels look wrong.</summary>
/// <param name="Page">Page number, from 1.</param>
/// <param name="PageSize">Maximum number of images per page.</param>
/// <param name="Total">Number of images on all pages: at most the 10,000 images with the highest confidence.</param>
/// <param name="Count">Number of all suspicious labels, including those that are on no page; <c>null</c> if the labels were not checked.</param>
/// <param name="Model">Id of the model that checked the labels; <c>null</c> if the labels were not checked.</param>
/// <param name="LabelCheck">Result of the label check as a sentence, or the reason why the labels were not checked.</param>
/// <param name="Images">Images of this page, highest confidence first.</param>
internal sealed record SuspiciousPage(int Page, int PageSize, int Total, int? Count, string? Model, string LabelCheck, IReadOnlyList<SuspiciousImage> Images);

/// <summary>An image whose label looks wrong.</summary>
/// <param name="Index">Index from 0: the row of the CSV, or the position among the images of the zip, in central-directory order.</param>
/// <param name="Label">Label in the upload.</param>
/// <param name="Predicted">Digit that the model predicts.</param>
/// <param name="Confidence">Calibrated probability of the predicted digit, from 0 to 1.</param>
/// <param name="Image">28×28 pixels in row-major order, 0 = paper, 255 = ink; base64 in JSON.</param>
internal sealed record SuspiciousImage(int Index, int Label, int Predicted, float Confidence, byte[] Image);
