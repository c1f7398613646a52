namespace MnistService.ModelRegistry;

/// <summary>Promotion policy of a training job: when the new model replaces the served one.</summary>
internal enum PromotionPolicy
{
    /// <summary>
    /// Promotes the model if the promotion rule (decision 0015) allows it. Without another served or shipped model, the rule allows every promotion.
    /// </summary>
    IfBetter,

    /// <summary>Promotes the model regardless of the rule; the decision still contains the measurements.</summary>
    Always,
    Never,
}
