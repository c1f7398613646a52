namespace MnistService.Model.Architectures;

/// <summary>
/// The formula that converts pixels x (0–255, 0 = paper) to network input. Inference must use the formula that the network was trained with, which the model
/// card records. Only imported networks use a formula other than <see cref="Unit"/>.
/// </summary>
public enum PixelScaling
{
    /// <summary>(x / 255 − 0.1307) / 0.3081. Every network that this service trains uses this scaling.</summary>
    Unit,

    /// <summary>(x − 0.1307) / 0.3081, without the division by 255.</summary>
    Raw,

    /// <summary>x / 255, the result of torchvision's <c>ToTensor()</c>.</summary>
    ZeroToOne,

    /// <summary>(x / 255 − 0.5) / 0.5, the result of torchvision's <c>ToTensor()</c> and <c>Normalize(0.5, 0.5)</c>.</summary>
    MinusOneToOne,

    /// <summary>x, unchanged.</summary>
    Bytes,

    /// <summary>The formula of <see cref="Unit"/> with 255 − x instead of x, for networks that were trained on dark ink on white paper.</summary>
    InvertedUnit,

    /// <summary>The formula of <see cref="Raw"/> with 255 − x instead of x.</summary>
    InvertedRaw,

    /// <summary>The formula of <see cref="ZeroToOne"/> with 255 − x instead of x.</summary>
    InvertedZeroToOne,

    /// <summary>The formula of <see cref="MinusOneToOne"/> with 255 − x instead of x.</summary>
    InvertedMinusOneToOne,

    /// <summary>The formula of <see cref="Bytes"/> with 255 − x instead of x.</summary>
    InvertedBytes,
}
