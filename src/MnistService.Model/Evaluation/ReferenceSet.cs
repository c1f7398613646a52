using MnistService.Model.Datasets;
using MnistService.Model.Imaging;
using MnistService.Model.Inference;

namespace MnistService.Model.Evaluation;

/// <summary>Labeled images for the comparison of models before a promotion. Models should not be trained on these images.</summary>
/// <param name="Id">Id of the set: <c>mnist</c>, <c>strokes</c> (digits that the service draws), or the id of an uploaded data set.</param>
/// <param name="Name">Name of the set in messages.</param>
/// <param name="Sha256">SHA-256 of the pixels followed by the labels, hexadecimal.</param>
/// <param name="Images">The images, in a fixed order.</param>
public sealed record ReferenceSet(string Id, string Name, string Sha256, LabeledImages Images)
{
    /// <summary>
    /// Number of images in MNIST's reference set, which consists of the last images of MNIST's training set. Training with the default hyperparameters holds
    /// out the same images (decision 0008).
    /// </summary>
    public const int MnistImages = 5_000;

    /// <summary>The expected value of <see cref="Sha256"/> for MNIST's reference images.</summary>
    public const string MnistSha256 = "aa72999a43d4303fc32eeda474efa72930a3dd024aaa63b32bdad1da6eae006c";

    public static ReferenceSet Create(string id, string name, LabeledImages images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return new(id, name, images.ComputeSha256(), images);
    }

    /// <summary>Finds the images of this set that also occur in a training set. Images are equal if all pixels are equal.</summary>
    /// <returns>[N] <c>true</c> if <paramref name="training"/> contains the image.</returns>
    public bool[] FindSeen(LabeledImages training)
    {
        ArgumentNullException.ThrowIfNull(training);
        var places = new Dictionary<int, List<int>>(Images.Count); // hash of the pixels -> image indices in this set
        for (var i = 0; i < Images.Count; i++)
        {
            var hash = Hash(PixelsOf(Images, i));
            if (!places.TryGetValue(hash, out var same)) places[hash] = same = [];
            same.Add(i);
        }
        var seen = new bool[Images.Count];
        for (var i = 0; i < training.Count; i++)
        {
            var pixels = PixelsOf(training, i);
            if (!places.TryGetValue(Hash(pixels), out var candidates)) continue;
            foreach (var place in candidates)
                if (pixels.SequenceEqual(PixelsOf(Images, place))) seen[place] = true;
        }
        return seen;
    }

    private static ReadOnlySpan<byte> PixelsOf(LabeledImages images, int i) => images.Pixels.AsSpan(i * DigitImage.PixelCount, DigitImage.PixelCount);

    private static int Hash(ReadOnlySpan<byte> pixels)
    {
        var hash = new HashCode();
        hash.AddBytes(pixels);
        return hash.ToHashCode();
    }
}

/// <summary>A model's predictions for a reference set. The predictions are stored next to the model's weights.</summary>
public sealed record ReferencePredictions
{
    /// <summary>Placeholder for the prediction of an image that the model was trained on. Such an image is no evidence of accuracy on new images.</summary>
    private const char Seen = '-';

    /// <summary>Id of the reference set.</summary>
    public required string Set { get; init; }

    /// <summary>SHA-256 of the measured reference set, hexadecimal. Predictions are ignored if the content of the set has changed.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The predicted digits, one character per image; <c>-</c> if the model was trained on the image.</summary>
    public required string Predictions { get; init; }

    /// <summary>Zero-based indices of the misclassified images, ascending, without images that the model was trained on.</summary>
    public required IReadOnlyList<int> Wrong { get; init; }

    /// <summary>Number of images that the model was not trained on.</summary>
    public int Images => Predictions.Length - Predictions.Count(c => c == Seen);

    /// <summary>Number of correctly classified images among those that the model was not trained on.</summary>
    public int Right => Images - Wrong.Count;

    /// <summary>Classifies the images of a reference set. Must be called on the thread that owns the classifier.</summary>
    /// <param name="seen">[N] <c>true</c> if the model was trained on the image.</param>
    /// <param name="cancellation">Checked between batches.</param>
    public static ReferencePredictions Measure(IDigitClassifier classifier, ReferenceSet set, IReadOnlyList<bool> seen, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(seen);
        var predictions = Evaluation.Predictions.Measure(classifier, set.Images, cancellation);
        var digits = new char[predictions.Count];
        var wrong = new List<int>();
        for (var i = 0; i < digits.Length; i++)
        {
            digits[i] = seen[i] ? Seen : (char)('0' + predictions.Digit(i));
            if (!seen[i] && predictions.Digit(i) != predictions.Labels[i]) wrong.Add(i);
        }
        return new() { Set = set.Id, Sha256 = set.Sha256, Predictions = new(digits), Wrong = wrong };
    }

    /// <summary>Returns for each image whether the prediction is correct.</summary>
    /// <returns>[N] <c>true</c> if the prediction is correct, <c>false</c> if it is wrong, <c>null</c> if the model was trained on the image.</returns>
    public bool?[] Outcomes()
    {
        var outcomes = new bool?[Predictions.Length];
        for (var i = 0; i < outcomes.Length; i++) outcomes[i] = Predictions[i] == Seen ? null : true;
        foreach (var place in Wrong)
            if (place >= 0 && place < outcomes.Length && outcomes[place] is not null) outcomes[place] = false;
        return outcomes;
    }
}
