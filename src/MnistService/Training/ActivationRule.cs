namespace MnistService.Training;

/// <summary>When a trained model replaces the served one.</summary>
internal enum ActivationRule
{
    /// <summary>When it gets more of the same held-out pictures right, or as many with a lower loss; or when nothing serves.</summary>
    IfBetter,
    Always,
    Never,
}
