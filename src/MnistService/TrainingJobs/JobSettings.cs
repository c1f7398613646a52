using MnistService.Datasets;
using MnistService.Model.Training;
using MnistService.ModelRegistry;

namespace MnistService.TrainingJobs;

/// <summary>Settings of a training job. Fields that the request omitted have their default values.</summary>
/// <param name="Data">Id of the data set, or the data sets of a mixture with their weights.</param>
/// <param name="Promote">Promotion policy, which decides whether the new model replaces the served model.</param>
/// <param name="Recipe">Hyperparameters of the training run.</param>
/// <param name="StartFrom">Id of the model whose weights the training starts with; <c>null</c> for random weights.</param>
internal sealed record JobSettings(DataSelection Data, PromotionPolicy Promote, Hyperparameters Recipe, string? StartFrom = null)
{
    /// <summary>
    /// Deprecated alias of <c>promote</c>; version 2 removes it. Jobs that were stored before the field was renamed to <c>promote</c> have only this field.
    /// </summary>
    [Obsolete("Use Promote.")]
    public PromotionPolicy Activate
    {
        get => Promote;
        init => Promote = value;
    }
}
