namespace MnistService.ModelRegistry;

/// <summary>Promotion policy of a training job, which decides whether the new model replaces the served model.</summary>
internal enum PromotionPolicy
{
    /// <summary>
    /// Promotes the model if the promotion rule (src/decisions/0015) allows it. If no other model is served or shipped, the rule allows every promotion.
    /// </summary>
    IfBetter,

    /// <summary>Promotes the model regardless of the promotion rule; the decision still contains the measurements.</summary>
    Always,
    Never,
}
