namespace MnistService.Datasets.LabelChecks;

/// <summary>Result of comparing a data set's labels with what the served model reads. Stored as JSON in the data set's row.</summary>
/// <param name="Model">The model that read the images; the last one if it was replaced meanwhile. Null: the labels were not checked.</param>
/// <param name="Suspicious">[10][10] number of suspicious labels: rows are the label, columns the predicted digit.</param>
/// <param name="Disagreements">Images whose predicted digit is not their label, at any confidence.</param>
/// <param name="Inverted">Images of which more than half is ink.</param>
internal sealed record LabelCheck(string? Model, IReadOnlyList<IReadOnlyList<int>> Suspicious, int Disagreements, int Inverted)
{
    /// <summary>A label is suspicious if the model reads another digit with at least this calibrated confidence.</summary>
    internal const float MinConfidence = 0.95f;

    /// <summary>Suspicious images that are listed one by one, the most confident ones. The count is not bounded.</summary>
    internal const int MaxListed = 10_000;

    /// <summary>No model was ready.</summary>
    internal static LabelCheck NotDone { get; } = new(null, [], 0, 0);

    /// <summary>Suspicious labels, listed or not.</summary>
    internal int Count => Suspicious.Sum(row => row.Sum());

    internal SuspiciousLabels? Summary => Model is null ? null : new(Count, Model);
}

/// <summary>How many labels of a data set look wrong.</summary>
/// <param name="Count">Images that the model reads as another digit than their label, with a confidence of at least 0.95.</param>
/// <param name="Model">The model that read them.</param>
internal sealed record SuspiciousLabels(int Count, string Model);

/// <summary>A page of the images whose labels look wrong.</summary>
/// <param name="Page">From 1.</param>
/// <param name="PageSize">Images per page at most.</param>
/// <param name="Total">Images in the list: at most 10,000, those with the highest confidence.</param>
/// <param name="Count">Suspicious labels of the data set, listed or not; null if it was not checked.</param>
/// <param name="Model">The model that read them; null if the labels were not checked.</param>
/// <param name="LabelCheck">The result in words.</param>
/// <param name="Images">Highest confidence first.</param>
internal sealed record SuspiciousPage(int Page, int PageSize, int Total, int? Count, string? Model, string LabelCheck, IReadOnlyList<SuspiciousImage> Images);

/// <summary>An image whose label looks wrong.</summary>
/// <param name="Index">From 0: the row of the CSV, or the place among the images of the zip, in the order of its table of contents.</param>
/// <param name="Label">The digit that the upload says it is.</param>
/// <param name="Predicted">The digit that the model reads.</param>
/// <param name="Confidence">The calibrated probability of that digit.</param>
/// <param name="Image">28×28 bytes in row order, 0 = paper, 255 = ink; base64 in JSON.</param>
internal sealed record SuspiciousImage(int Index, int Label, int Predicted, float Confidence, byte[] Image);
