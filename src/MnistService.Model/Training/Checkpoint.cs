using MnistService.Model.Datasets;
using MnistService.Model.Weights;

namespace MnistService.Model.Training;

/// <summary>
/// The complete state of a training run. On the CPU, and with the same number of threads, a run that resumes from a checkpoint ends with the same weights,
/// bit for bit, as an uninterrupted run. No random generator state is stored, because <see cref="RandomStreams"/> needs only seed, epoch and step.
/// </summary>
/// <param name="Step">Number of completed steps (batches).</param>
/// <param name="Epochs">Results of the completed epochs.</param>
/// <param name="Seconds">Duration of the run so far, in seconds.</param>
/// <param name="EpochSeconds">Duration of the unfinished epoch so far, in seconds.</param>
/// <param name="State">
/// Weights, running statistics, optimizer moments, weight average (EMA), and the sums of loss and correct predictions of the unfinished epoch. Each
/// tensor name starts with the part that the tensor belongs to, e.g. <c>optimizer.mean</c>.
/// </param>
public sealed record Checkpoint(int Step, IReadOnlyList<EpochResult> Epochs, double Seconds, double EpochSeconds, StateDict State)
{
    /// <summary>
    /// Checksum of the training data, which the caller sets and compares; <c>null</c> if the checkpoint has none. <see cref="Trainer"/> neither sets nor reads
    /// the checksum.
    /// </summary>
    public string? DataSha256 { get; init; }
}
