using System.Security.Cryptography;
using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Evaluation;
using MnistService.Model.Inference;
using MnistService.Model.Native;
using MnistService.Model.Weights;
using MnistService.Model.Weights.PyTorch;

namespace MnistService.Model.Registry;

/// <summary>Weights from elsewhere, recognised as those of a network of ours: a safetensors file, or what <c>torch.save(model.state_dict())</c> wrote.</summary>
/// <param name="Format"><c>safetensors</c> or <c>pytorch</c>.</param>
/// <param name="Sha256">Of the file, hexadecimal.</param>
/// <param name="Network">By the names and shapes of its tensors.</param>
/// <param name="Parameters">Trainable values.</param>
/// <param name="State">The weights.</param>
public sealed record ModelFile(string Format, string Sha256, NetworkKind Network, long Parameters, StateDict State)
{
    /// <summary>Counts of batches, which only training without a momentum uses: PyTorch before 0.4.1 did not save them.</summary>
    private const string BatchCount = ".num_batches_tracked", RunningMean = ".running_mean";

    /// <summary>Reads a file of either format. Runs no code of it.</summary>
    /// <exception cref="ModelFormatException">It is of neither, damaged, or of another network.</exception>
    public static ModelFile Read(ReadOnlyMemory<byte> file)
    {
        var isPyTorch = PyTorchFile.IsPyTorch(file.Span);
        var state = WithBatchCounts(isPyTorch ? PyTorchFile.Read(file) : Safetensors.Read(file));
        var (network, parameters) = NetworkTensors.Recognize(state); // first: what is looked at below is then of a network's size
        if (state.Tensors.FirstOrDefault(t => t.Type == StateType.F32 && !IsFinite(t)) is { } bad)
            throw new ModelFormatException($"Tensor '{bad.Name}' holds infinities or NaN.");
        return new(isPyTorch ? "pytorch" : "safetensors", Convert.ToHexStringLower(SHA256.HashData(file.Span)), network, parameters, state);
    }

    /// <summary>
    /// Measures what the network was trained with, pixels divided by 255 or not: a file does not say, and with the other it reads next to nothing
    /// right. Takes a while: call it on a thread made for that.
    /// </summary>
    /// <param name="heldOut">Labelled pictures.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <returns>The scaling with the better accuracy, and both accuracies.</returns>
    public (PixelScaling Scaling, ModelCard.ImportedWeights Import) Measure(LabelledImages heldOut, DeviceChoice device, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(heldOut);
        var (unit, raw) = (Accuracy(PixelScaling.Unit), Accuracy(PixelScaling.Raw));
        return (raw > unit ? PixelScaling.Raw : PixelScaling.Unit, new(Format, Sha256, heldOut.Count, unit, raw));

        double Accuracy(PixelScaling scaling)
        {
            using var classifier = DigitClassifiers.CreateOne("import", Network, State, scaling, device);
            return EvaluationResult.Measure(classifier, heldOut, cancellation).Accuracy;
        }
    }

    private static bool IsFinite(StateTensor tensor)
    {
        foreach (var value in tensor.Floats)
            if (!float.IsFinite(value)) return false;
        return true;
    }

    private static StateDict WithBatchCounts(StateDict state)
    {
        var names = state.Tensors.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        var absent = names.Where(name => name.EndsWith(RunningMean, StringComparison.Ordinal))
            .Select(name => name[..^RunningMean.Length] + BatchCount).Where(name => !names.Contains(name));
        return new([.. state.Tensors, .. absent.Select(name => new StateTensor(name, StateType.I64, [], new byte[sizeof(long)]))]);
    }
}
