namespace MnistService.Model.Inference.Fused;

/// <summary>The memory that one thread computes in, reused from batch to batch: fresh pages would cost more than the arithmetic.</summary>
/// <param name="Capacity">Pictures at a time.</param>
/// <param name="Input">Standardised pixels.</param>
/// <param name="Pooled">The first convolution's output of one picture.</param>
/// <param name="Scratch">The second convolution's.</param>
/// <param name="Features">What the first fully connected layer gets, of every picture.</param>
/// <param name="Hidden">What it gives.</param>
/// <param name="Logits">What the last layer gives.</param>
internal sealed record Workspace(
    int Capacity, AlignedFloats Input, AlignedFloats Pooled, AlignedFloats Scratch, AlignedFloats Features, AlignedFloats Hidden, AlignedFloats Logits);
