using System.Security.Cryptography;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;
using MnistService.Model.Inference;

namespace MnistService.Model.Evaluation;

/// <summary>Labeled images that models are compared on before one replaces the other. No model is meant to be trained on them.</summary>
/// <param name="Id"><c>mnist</c>, or the id of an uploaded data set.</param>
/// <param name="Name">The name that messages use.</param>
/// <param name="Sha256">SHA-256 over pixels and labels, hexadecimal.</param>
/// <param name="Images">The images, in a fixed order.</param>
public sealed record ReferenceSet(string Id, string Name, string Sha256, LabelledImages Images)
{
    /// <summary>The last images of MNIST's training part; the recipe holds out as many (decision 0008).</summary>
    public const int MnistImages = 5_000;

    /// <summary>The checksum that MNIST's reference images must have.</summary>
    public const string MnistSha256 = "aa72999a43d4303fc32eeda474efa72930a3dd024aaa63b32bdad1da6eae006c";

    public static ReferenceSet Create(string id, string name, LabelledImages images)
    {
        ArgumentNullException.ThrowIfNull(images);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(images.Pixels);
        hash.AppendData(images.Labels);
        return new(id, name, Convert.ToHexStringLower(hash.GetHashAndReset()), images);
    }

    /// <summary>Finds the images of this set that occur, pixel for pixel, among training images.</summary>
    /// <returns>[N] true where a model that was trained on <paramref name="training"/> has seen the image.</returns>
    public bool[] FindSeen(LabelledImages training)
    {
        ArgumentNullException.ThrowIfNull(training);
        var places = new Dictionary<int, List<int>>(Images.Count); // hash of the pixels -> places in this set
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

    private static ReadOnlySpan<byte> PixelsOf(LabelledImages images, int i) => images.Pixels.AsSpan(i * DigitImage.PixelCount, DigitImage.PixelCount);

    private static int Hash(ReadOnlySpan<byte> pixels)
    {
        var hash = new HashCode();
        hash.AddBytes(pixels);
        return hash.ToHashCode();
    }
}

/// <summary>What a model answers to a reference set; kept beside the model's weights.</summary>
public sealed record ReferencePredictions
{
    /// <summary>Replaces the prediction of an image that the model was trained on: it is no evidence about new images.</summary>
    private const char Seen = '-';

    /// <summary>The reference set's id.</summary>
    public required string Set { get; init; }

    /// <summary>The checksum of the set that was measured. Predictions on other content are not used.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The predicted digit of each image, one character per image; <c>-</c> where the model was trained on the image.</summary>
    public required string Predictions { get; init; }

    /// <summary>The images whose prediction is wrong: their places in the set, ascending.</summary>
    public required IReadOnlyList<int> Wrong { get; init; }

    /// <summary>Images that the model was not trained on.</summary>
    public int Images => Predictions.Length - Predictions.Count(c => c == Seen);

    /// <summary>How many of them it reads right.</summary>
    public int Right => Images - Wrong.Count;

    /// <summary>Classifies the set. Call on the thread that owns the classifier.</summary>
    /// <param name="seen">[N] true for each image that the model was trained on.</param>
    /// <param name="cancellation">Checked between batches.</param>
    public static ReferencePredictions Measure(IDigitClassifier classifier, ReferenceSet set, IReadOnlyList<bool> seen, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(seen);
        var answers = Answers.Ask(classifier, set.Images, cancellation);
        var predictions = new char[answers.Count];
        var wrong = new List<int>();
        for (var i = 0; i < predictions.Length; i++)
        {
            predictions[i] = seen[i] ? Seen : (char)('0' + answers.Digit(i));
            if (!seen[i] && answers.Digit(i) != answers.Labels[i]) wrong.Add(i);
        }
        return new() { Set = set.Id, Sha256 = set.Sha256, Predictions = new(predictions), Wrong = wrong };
    }

    /// <summary>Right or wrong for each image.</summary>
    /// <returns>[N] null where the model was trained on the image.</returns>
    public bool?[] Outcomes()
    {
        var outcomes = new bool?[Predictions.Length];
        for (var i = 0; i < outcomes.Length; i++) outcomes[i] = Predictions[i] == Seen ? null : true;
        foreach (var place in Wrong)
            if (place >= 0 && place < outcomes.Length && outcomes[place] is not null) outcomes[place] = false;
        return outcomes;
    }
}
