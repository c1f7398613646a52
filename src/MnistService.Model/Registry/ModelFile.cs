using System.Globalization;
using System.Security.Cryptography;
using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Evaluation;
using MnistService.Model.Inference;
using MnistService.Model.Native;
using MnistService.Model.Weights;
using MnistService.Model.Weights.PyTorch;

namespace MnistService.Model.Registry;

/// <summary>
/// An imported weights file whose tensors match a supported network: a safetensors file, or a file that
/// <c>torch.save(model.state_dict())</c> wrote.
/// </summary>
/// <param name="Format"><c>safetensors</c> or <c>pytorch</c>.</param>
/// <param name="Sha256">SHA-256 of the file, hexadecimal.</param>
/// <param name="Network">The network architecture that matches the names, shapes and types of the tensors.</param>
/// <param name="Parameters">Number of trainable parameters (weights and biases).</param>
/// <param name="State">The weights, and the running statistics of batch norm.</param>
public sealed record ModelFile(string Format, string Sha256, NetworkKind Network, long Parameters, StateDict State)
{
    /// <summary>
    /// Suffix of the names of the tensors in which batch norm counts batches. PyTorch before 0.4.1 did not save them, so missing batch counts are added as 0.
    /// PyTorch uses batch counts only in training with <c>momentum=None</c>.
    /// </summary>
    private const string BatchCount = ".num_batches_tracked";

    /// <summary>Suffix of the names of the tensors with the running means of batch norm. Each layer with a running mean also has a batch count.</summary>
    private const string RunningMean = ".running_mean";

    /// <summary>
    /// Number of images on which every pixel scaling is measured first. Clearly worse scalings, except <c>unit</c> and <c>raw</c>, are not measured on more
    /// images.
    /// </summary>
    private const int ScreeningImages = 1_000;

    /// <summary>
    /// Maximum difference from the best accuracy, as a fraction, at which a pixel scaling is also measured on the remaining images. <c>unit</c> and <c>raw</c>
    /// are always measured on all images. The margin is about four times the standard deviation of the difference between two accuracies of 90 % on 1,000
    /// images.
    /// </summary>
    private const double ScreeningMargin = 0.05;

    /// <summary>An import tries several pixel scalings. If the best accuracy is below this fraction, the import succeeds with a warning.</summary>
    private const double ExpectedAccuracy = 0.9;

    /// <summary>Reads a safetensors or PyTorch file. Does not execute code that a PyTorch file may contain.</summary>
    /// <exception cref="ModelFormatException">
    /// The format is unknown, the file is damaged, its tensors match no network, or a value is infinite or NaN.
    /// </exception>
    public static ModelFile Read(ReadOnlyMemory<byte> file)
    {
        var isPyTorch = PyTorchFile.IsPyTorch(file.Span);
        if (!isPyTorch && !Safetensors.IsSafetensors(file.Span) && OtherFormat.Describe(file) is { } other) throw new ModelFormatException(other);
        var state = WithBatchCounts(NamePrefix.Remove(isPyTorch ? PyTorchFile.Read(file, NamePrefix.CountKnown) : Safetensors.Read(file)));
        var (network, parameters) = NetworkTensors.Recognize(state); // before the check for NaN, which then reads only tensors with the sizes of a network
        if (state.Tensors.FirstOrDefault(t => t.Type == StateType.F32 && !IsFinite(t)) is { } bad)
            throw new ModelFormatException($"Tensor '{bad.Name}' contains infinities or NaN; expected finite numbers. "
                + "Import weights from before the training diverged.");
        return new(isPyTorch ? "pytorch" : "safetensors", Convert.ToHexStringLower(SHA256.HashData(file.Span)), network, parameters, state);
    }

    /// <summary>
    /// Measures the accuracy with each pixel scaling, to find the scaling that the network was trained with. The file does not contain the scaling, and a wrong
    /// scaling reduces the accuracy, sometimes only slightly. All scalings are measured on the first 1,000 images. Only the scalings that may be the best, and
    /// <c>unit</c> and <c>raw</c>, are measured on all images. This method is slow and synchronous; call it on a dedicated thread.
    /// </summary>
    /// <param name="heldOut">Labeled images on which the accuracy is measured. The imported network may have been trained on them.</param>
    /// <param name="cancellation">Checked between batches.</param>
    /// <returns>
    /// The scaling with the highest accuracy, and all accuracies for the model card. If scalings have the same accuracy, the first in the enumeration is
    /// returned.
    /// </returns>
    public (PixelScaling Scaling, ModelCard.ImportedWeights Import) Measure(LabeledImages heldOut, DeviceChoice device, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(heldOut);
        var first = heldOut.Slice(0, Math.Min(heldOut.Count, ScreeningImages));
        var tried = Enum.GetValues<PixelScaling>().Select(scaling => Try(scaling, first)).ToList();
        var close = tried.Max(attempt => attempt.Accuracy) - ScreeningMargin;
        tried = tried.ConvertAll(attempt => attempt.Accuracy >= close || attempt.Scaling is PixelScaling.Unit or PixelScaling.Raw ? Try(attempt.Scaling, heldOut) : attempt);
        var best = tried.Where(attempt => attempt.Images == heldOut.Count).MaxBy(attempt => attempt.Accuracy)!; // if accuracies are equal, the first scaling
        var (unit, raw) = (tried.First(attempt => attempt.Scaling == PixelScaling.Unit), tried.First(attempt => attempt.Scaling == PixelScaling.Raw));
        return (best.Scaling, new(Format, Sha256, heldOut.Count, unit.Accuracy, raw.Accuracy, tried, WarningFor(best)));

        ModelCard.TriedScaling Try(PixelScaling scaling, LabeledImages images)
        {
            using var classifier = DigitClassifiers.CreateOne("import", Network, State, scaling, device);
            return new(scaling, images.Count, EvaluationResult.Measure(classifier, images, cancellation).Accuracy);
        }
    }

    private static string? WarningFor(ModelCard.TriedScaling best) => best.Accuracy >= ExpectedAccuracy ? null : string.Create(CultureInfo.InvariantCulture,
        $"The accuracy is only {best.Accuracy * 100:f1} % with the best of the tried pixel scalings. Networks that were trained on MNIST usually reach at least "
        + $"{ExpectedAccuracy * 100:f0} %. Check how the pixels were prepared in training.");

    private static bool IsFinite(StateTensor tensor)
    {
        foreach (var value in tensor.Floats)
            if (!float.IsFinite(value)) return false;
        return true;
    }

    /// <summary>
    /// Adds missing batch counters of batch norm layers (<c>num_batches_tracked</c>) as 0. A counter that was converted to floating point together with the
    /// weights is also replaced by 0.
    /// </summary>
    private static StateDict WithBatchCounts(StateDict state)
    {
        var names = state.Tensors.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        var absent = names.Where(name => name.EndsWith(RunningMean, StringComparison.Ordinal))
            .Select(name => name[..^RunningMean.Length] + BatchCount).Where(name => !names.Contains(name));
        return new([.. state.Tensors.Select(t => t.Type != StateType.I64 && t.Name.EndsWith(BatchCount, StringComparison.Ordinal) && t.Shape.Count == 0 ? Zero(t.Name) : t), .. absent.Select(Zero)]);

        static StateTensor Zero(string name) => new(name, StateType.I64, [], new byte[sizeof(long)]);
    }
}
