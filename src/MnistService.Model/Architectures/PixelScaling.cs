namespace MnistService.Model.Architectures;

/// <summary>
/// The formula that converts a pixel (0 = paper, 255 = ink) to network input. Inference must use the formula that the network was trained with, which the model
/// card records. Only imported networks use a formula other than <see cref="Unit"/>.
/// </summary>
public enum PixelScaling
{
    /// <summary>Input = (pixel / 255 − 0.1307) / 0.3081. Every network that this service trains uses this scaling.</summary>
    Unit,

    /// <summary>Input = (pixel − 0.1307) / 0.3081, without a division of the pixel by 255.</summary>
    Raw,

    /// <summary>Input = pixel / 255, the result of torchvision's <c>ToTensor()</c>.</summary>
    ZeroToOne,

    /// <summary>Input = (pixel / 255 − 0.5) / 0.5, the result of torchvision's <c>ToTensor()</c> and <c>Normalize(0.5, 0.5)</c>.</summary>
    MinusOneToOne,

    /// <summary>Input = pixel: the value from 0 (paper) to 255 (ink), unchanged.</summary>
    Bytes,

    /// <summary>The formula of <see cref="Unit"/> with 255 − pixel instead of the pixel, for networks that were trained on dark ink on white paper.</summary>
    InvertedUnit,

    /// <summary>
    /// The formula of <see cref="Raw"/> with 255 − pixel instead of the pixel (0–255), for networks that were trained on dark ink on white paper.
    /// </summary>
    InvertedRaw,

    /// <summary>
    /// The formula of <see cref="ZeroToOne"/> with 255 − pixel instead of the pixel (0–255), for networks that were trained on dark ink on white paper.
    /// </summary>
    InvertedZeroToOne,

    /// <summary>
    /// The formula of <see cref="MinusOneToOne"/> with 255 − pixel instead of the pixel (0–255), for networks that were trained on dark ink on white paper.
    /// </summary>
    InvertedMinusOneToOne,

    /// <summary>
    /// The formula of <see cref="Bytes"/> with 255 − pixel instead of the pixel (0–255), for networks that were trained on dark ink on white paper.
    /// </summary>
    InvertedBytes,
}
