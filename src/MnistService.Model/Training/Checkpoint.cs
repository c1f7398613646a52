using MnistService.Model.Datasets;
using MnistService.Model.Weights;

namespace MnistService.Model.Training;

/// <summary>
/// The complete state of a training run. On the CPU, and with the same number of threads, a run that resumes from a checkpoint ends with the same weights, bit
/// for bit, as an uninterrupted run. No random generator state is stored, because <see cref="RandomStreams"/> derives all random numbers from the seed and from
/// counters, such as epoch and step.
/// </summary>
/// <param name="Step">Number of completed steps (batches).</param>
/// <param name="Epochs">Results of the completed epochs.</param>
/// <param name="Seconds">Duration of the run so far, in seconds.</param>
/// <param name="EpochSeconds">Duration of the unfinished epoch so far, in seconds.</param>
/// <param name="State">
/// Weights, running statistics of batch norm, optimizer moments, weight average (EMA), and the sums of loss and correct predictions of the unfinished epoch.
/// Each tensor name starts with the part of the state that the tensor belongs to, e.g. <c>optimizer.mean</c>.
/// </param>
public sealed record Checkpoint(int Step, IReadOnlyList<EpochResult> Epochs, double Seconds, double EpochSeconds, StateDict State)
{
    /// <summary>
    /// SHA-256 of the training data, hexadecimal; <c>null</c> if unknown. The caller sets the checksum, and compares it before a run resumes.
    /// <see cref="Trainer"/> neither sets nor reads it.
    /// </summary>
    public string? DataSha256 { get; init; }
}
