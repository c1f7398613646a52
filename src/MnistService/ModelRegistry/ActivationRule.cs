namespace MnistService.ModelRegistry;

/// <summary>When a trained model replaces the served one.</summary>
internal enum ActivationRule
{
    /// <summary>When the promotion rule allows it (decision 0015), or when nothing serves.</summary>
    IfBetter,

    /// <summary>Without the rule; the decision still shows the numbers.</summary>
    Always,
    Never,
}
