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
/// <param name="Network">The network that matches the names, shapes and types of the tensors.</param>
/// <param name="Parameters">Number of trainable values.</param>
/// <param name="State">The weights and running statistics.</param>
public sealed record ModelFile(string Format, string Sha256, NetworkKind Network, long Parameters, StateDict State)
{
    /// <summary>
    /// Suffixes of batch norm tensors. PyTorch before 0.4.1 did not save the batch count, so missing counts are added as 0. Only training without a
    /// momentum uses the count.
    /// </summary>
    private const string BatchCount = ".num_batches_tracked", RunningMean = ".running_mean";

    /// <summary>Reads a safetensors or PyTorch file. Does not execute code that a PyTorch file may contain.</summary>
    /// <exception cref="ModelFormatException">
    /// The format is unknown, the file is damaged, its tensors match no network, or a value is infinite or NaN.
    /// </exception>
    public static ModelFile Read(ReadOnlyMemory<byte> file)
    {
        var isPyTorch = PyTorchFile.IsPyTorch(file.Span);
        var state = WithBatchCounts(isPyTorch ? PyTorchFile.Read(file) : Safetensors.Read(file));
        var (network, parameters) = NetworkTensors.Recognize(state); // first, so that the tensors checked below have the size of a network
        if (state.Tensors.FirstOrDefault(t => t.Type == StateType.F32 && !IsFinite(t)) is { } bad)
            throw new ModelFormatException($"Tensor '{bad.Name}' contains infinities or NaN; expected finite numbers. "
                + "Import weights from before the training diverged.");
        return new(isPyTorch ? "pytorch" : "safetensors", Convert.ToHexStringLower(SHA256.HashData(file.Span)), network, parameters, state);
    }

    /// <summary>
    /// Measures the accuracy with pixels divided by 255 and with raw pixels, to determine which of the two pixel scalings the network was trained with. The
    /// file does not contain the scaling, and the wrong scaling gives very low accuracy. This is slow and synchronous; call it on a dedicated thread.
    /// </summary>
    /// <param name="heldOut">Labeled images to measure the accuracy on.</param>
    /// <param name="cancellation">Checked between batches.</param>
    /// <returns>The scaling with the higher accuracy (<see cref="PixelScaling.Unit"/> on a tie), and the accuracy with each scaling.</returns>
    public (PixelScaling Scaling, ModelCard.ImportedWeights Import) Measure(LabeledImages heldOut, DeviceChoice device, CancellationToken cancellation)
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
