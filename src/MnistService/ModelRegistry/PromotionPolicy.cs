namespace MnistService.ModelRegistry;

/// <summary>Promotion policy of a training job: when the new model replaces the served one.</summary>
internal enum PromotionPolicy
{
    /// <summary>
    /// Promotes if the promotion rule (decision 0015) allows it. The rule also allows it if there is no served or shipped model to compare with.
    /// </summary>
    IfBetter,

    /// <summary>Promotes regardless of the rule; the decision still contains the numbers.</summary>
    Always,
    Never,
}
