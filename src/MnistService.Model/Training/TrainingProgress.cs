namespace MnistService.Model.Training;

/// <summary>Progress of a training run.</summary>
/// <param name="Epoch">Number of the current epoch, from 1.</param>
/// <param name="Epochs">Total number of epochs.</param>
/// <param name="Step">Number of completed steps (batches).</param>
/// <param name="Steps">Total number of steps.</param>
/// <param name="ImagesPerSecond">Throughput since the previous report of this epoch, in images per second.</param>
/// <param name="EtaSeconds">Estimated remaining time in seconds, based on the average time per step so far.</param>
public sealed record TrainingProgress(int Epoch, int Epochs, int Step, int Steps, double ImagesPerSecond, double EtaSeconds);
