namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// The scratch buffers of one thread, large enough for every <see cref="FusedNetwork"/>. The buffers are reused for every batch, because the page faults of
/// newly allocated memory can cost more time than the computation.
/// </summary>
/// <param name="capacity">Maximum number of images per forward pass.</param>
internal sealed class Workspace(int capacity)
{
    /// <summary>Maximum number of images per forward pass.</summary>
    public int Capacity => capacity;

    /// <summary>[30][32]: standardized pixels of one image inside a border of zeros. The border is never written.</summary>
    public AlignedFloats Input { get; } = new(FirstConvolution.InputSide * FirstConvolution.InputStride);

    /// <summary>The ink pixels of the current image.</summary>
    public InkMap Ink { get; } = new();

    /// <summary>[16][16][16 channels]: zero-padded, pooled output of the first convolution for one image.</summary>
    public AlignedFloats Pooled { get; } = new(FirstConvolution.PaddedSide * FirstConvolution.PaddedSide * FirstConvolution.Channels);

    /// <summary>Scratch buffer of the second convolution, for the transformed input and the matrix products of seven tiles.</summary>
    public AlignedFloats Winograd { get; } = new(WinogradConvolution.WorkFloats);

    /// <summary>[capacity×1568]: input of the first fully connected layer.</summary>
    public AlignedFloats Features { get; } = new(capacity * WinogradConvolution.OutputSide * WinogradConvolution.OutputSide * WinogradConvolution.Channels);

    /// <summary>[capacity×256]: output of the first fully connected layer.</summary>
    public AlignedFloats Hidden { get; } = new(capacity * FusedNetwork.HiddenUnits);

    /// <summary>[capacity×16]: ten logits and padding per row.</summary>
    public AlignedFloats Logits { get; } = new(capacity * FusedNetwork.LogitStride);
}
