namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// The memory that one thread computes in, enough for either network, reused from batch to batch: fresh pages would cost more than the arithmetic.
/// </summary>
/// <param name="capacity">Pictures at a time.</param>
internal sealed class Workspace(int capacity)
{
    /// <summary>Pictures at a time.</summary>
    public int Capacity => capacity;

    /// <summary>[30][32]: standardised pixels of a picture within a border of zeros, which nobody writes.</summary>
    public AlignedFloats Input { get; } = new(FirstConvolution.InputSide * FirstConvolution.InputStride);

    /// <summary>Where the picture has ink.</summary>
    public InkMap Ink { get; } = new();

    /// <summary>[16][16][16]: the first convolution's output of a picture.</summary>
    public AlignedFloats Pooled { get; } = new(FirstConvolution.PaddedSide * FirstConvolution.PaddedSide * FirstConvolution.Channels);

    /// <summary>What the second convolution works in.</summary>
    public AlignedFloats Winograd { get; } = new(WinogradConvolution.WorkFloats);

    /// <summary>[capacity×1568]: what the first fully connected layer gets.</summary>
    public AlignedFloats Features { get; } = new(capacity * WinogradConvolution.OutputSide * WinogradConvolution.OutputSide * WinogradConvolution.Channels);

    /// <summary>[capacity×256]: what it gives.</summary>
    public AlignedFloats Hidden { get; } = new(capacity * FusedNetwork.HiddenUnits);

    /// <summary>[capacity×16]: ten logits a row.</summary>
    public AlignedFloats Logits { get; } = new(capacity * FusedNetwork.LogitStride);
}
