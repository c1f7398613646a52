using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MnistService.Datasets;
using MnistService.Model.Datasets;
using MnistService.Model.Registry;
using MnistService.Model.Training;

namespace MnistService.TrainingJobs;

/// <summary>The images of a job, divided into training and held-out images.</summary>
/// <param name="Training">Training images of all data sets.</param>
/// <param name="HeldOut">Held-out images of each data set that has some.</param>
/// <param name="Own">
/// Held-out images for the job's own comparison with the served model: those of the uploaded data sets. The built-in data sets have reference sets. A job with a single data
/// set uses its held-out images. <c>null</c> if there are none.
/// </param>
/// <param name="Test">MNIST's test images; <c>null</c> if they are not available.</param>
/// <param name="Sha256">SHA-256 of the data set's content, hexadecimal; for a mixture, the checksum of its data sets' checksums and weights.</param>
/// <param name="Parts">The data sets of a mixture; <c>null</c> for a single data set.</param>
internal sealed record JobImages(
    ImageMixture Training, IReadOnlyList<LabeledImages> HeldOut, LabeledImages? Own, LabeledImages? Test, string Sha256, IReadOnlyList<ModelCard.TrainingPart>? Parts)
{
    /// <summary>Held-out images of all data sets; <c>null</c> if none are held out.</summary>
    internal LabeledImages? Validation { get; } = Join(HeldOut);

    /// <summary>Holds out the last images of each data set.</summary>
    internal static JobImages Split(TrainingImages loaded, Hyperparameters recipe)
    {
        var parts = new List<MixturePart>();
        var heldOut = new List<(string Id, LabeledImages Images)>();
        foreach (var (part, images, _) in loaded.Parts)
        {
            var count = recipe.HeldOutOf(images.Count);
            parts.Add(new(images.Slice(0, images.Count - count), part.Weight));
            if (count > 0) heldOut.Add((part.Id, images.Slice(images.Count - count, count)));
        }
        var isMixture = parts.Count > 1;
        var own = isMixture ? heldOut.Where(part => part.Id is not (BuiltInDatasets.Mnist or BuiltInDatasets.Strokes)) : heldOut;
        return new(new(parts), [.. heldOut.Select(part => part.Images)], Join([.. own.Select(part => part.Images)]), loaded.Test, isMixture ? ChecksumOf(loaded.Parts) : loaded.Parts[0].Sha256,
            isMixture ? [.. loaded.Parts.Zip(parts, (from, part) => new ModelCard.TrainingPart(from.Part.Id, from.Sha256, part.Images.Count, part.Weight))] : null);
    }

    private static LabeledImages? Join(IReadOnlyList<LabeledImages> sets) => sets switch
    {
        [] => null,
        [var single] => single,
        var several => LabeledImages.Join(several),
    };

    private static string ChecksumOf(IReadOnlyList<LoadedPart> parts)
    {
        var lines = string.Concat(parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Sha256} {part.Part.Weight:r}\n")));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(lines)));
    }
}
