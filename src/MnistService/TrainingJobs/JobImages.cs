using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MnistService.Datasets;
using MnistService.Model.Datasets;
using MnistService.Model.Evaluation;
using MnistService.Model.Registry;
using MnistService.Model.Training;
using MnistService.ModelRegistry;

namespace MnistService.TrainingJobs;

/// <summary>The images of a job, divided into training and held-out images.</summary>
/// <param name="Training">Training images of all data sets.</param>
/// <param name="HeldOut">Held-out images, one element per data set that holds out images.</param>
/// <param name="Own">
/// Images of the uploaded data sets on which the new model is compared with the served model. These are the held-out images, and all images of data sets from
/// which no images are held out because they have fewer than 100. <c>null</c> if the job has no such images, or if <c>validation</c> is 0.
/// </param>
/// <param name="Test">MNIST's test images; <c>null</c> if MNIST's files are not available.</param>
/// <param name="Sha256">
/// Hexadecimal SHA-256 of the content of the job's data set. For a mixture: SHA-256 of a text with the checksum and the weight of each data set.
/// </param>
/// <param name="Parts">The data sets of a mixture, with checksums, numbers of training images and weights; <c>null</c> for a single data set.</param>
internal sealed record JobImages(
    ImageMixture Training, IReadOnlyList<LabeledImages> HeldOut, OwnImages? Own, LabeledImages? Test, string Sha256, IReadOnlyList<ModelCard.TrainingPart>? Parts)
{
    /// <summary>Held-out images of all data sets; <c>null</c> if no image is held out.</summary>
    internal LabeledImages? Validation { get; } = Join(HeldOut);

    /// <summary>
    /// Divides the images of each data set: the last images are held out, and the others are training images. From small uploaded data sets
    /// (<see cref="IsSmall"/>), no images are held out.
    /// </summary>
    internal static JobImages Split(TrainingImages loaded, Hyperparameters recipe)
    {
        var isMixture = loaded.Parts.Count > 1;
        var trained = loaded.Parts.Select((part, i) => part.Images.Count - (IsSmall(part, i) ? 0 : recipe.HeldOutOf(part.Images.Count))).ToArray();
        var heldOut = loaded.Parts.Zip(trained, (part, count) => (part.Part.Id, Images: part.Images.Slice(count, part.Images.Count - count))).Where(part => part.Images.Count > 0).ToList();
        var training = LabeledImages.Join([.. loaded.Parts.Zip(trained, (part, count) => (part.Images, 0, count))]);
        var small = recipe.Validation > 0 ? loaded.Parts.Where(IsSmall).Select(part => part.Images).ToList() : [];
        var own = Join([.. heldOut.Where(part => IsUploaded(part.Id)).Select(part => part.Images), .. small]);
        return new(new(training, [.. loaded.Parts.Zip(trained, (part, count) => new MixturePart(count, part.Part.Weight))]), [.. heldOut.Select(part => part.Images)],
            own is null ? null : new(own, small.Sum(images => images.Count)), loaded.Test,
            isMixture ? ChecksumOf(loaded.Parts) : loaded.Parts[0].Sha256,
            isMixture ? [.. loaded.Parts.Zip(trained, (part, count) => new ModelCard.TrainingPart(part.Part.Id, part.Sha256, count, part.Part.Weight))] : null);
    }

    private static bool IsUploaded(string id) => id is not (BuiltInDatasets.Mnist or BuiltInDatasets.Strokes);

    /// <summary>
    /// Returns whether all images of a data set are training images. This is the case for an uploaded data set that has fewer than 100 images
    /// (<see cref="OwnComparison.Large"/>) and is not the first of the mixture. A held-out part (one twelfth by default) would be too small to measure an
    /// accuracy, and each image may show a digit that the served model misclassifies. The reference sets show whether the accuracy on other images decreases.
    /// </summary>
    private static bool IsSmall(LoadedPart part, int position) => position > 0 && IsUploaded(part.Part.Id) && part.Images.Count < OwnComparison.Large;

    private static LabeledImages? Join(IReadOnlyList<LabeledImages> sets) => sets switch
    {
        [] => null,
        [var single] => single,
        var several => LabeledImages.Join([.. several.Select(set => (set, 0, set.Count))]),
    };

    private static string ChecksumOf(IReadOnlyList<LoadedPart> parts)
    {
        var lines = string.Concat(parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Sha256} {part.Part.Weight:r}\n")));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(lines)));
    }
}
