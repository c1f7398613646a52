using MnistService.Model.Training;
using MnistService.ModelRegistry;

namespace MnistService.TrainingJobs;

/// <summary>What a job was asked to do, with every default filled in.</summary>
/// <param name="Data">The data set's id.</param>
/// <param name="Activate">When the model serves.</param>
/// <param name="Recipe">What the trainer is given.</param>
/// <param name="StartFrom">The model whose weights it begins with; null = random ones.</param>
internal sealed record JobSettings(string Data, ActivationRule Activate, TrainingSettings Recipe, string? StartFrom = null);
