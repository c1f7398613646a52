namespace MnistService.Model.Architectures;

/// <summary>
/// The formula that scaled the pixels x (0–255, 0 = paper) when a network was trained. The model card records the formula; inference must use the same one.
/// Only imported networks use another one than <see cref="Unit"/>.
/// </summary>
public enum PixelScaling
{
    /// <summary>(x / 255 − 0.1307) / 0.3081. Every network that this service trains uses this scaling.</summary>
    Unit,

    /// <summary>(x − 0.1307) / 0.3081, without the division by 255.</summary>
    Raw,

    /// <summary>x / 255, as torchvision's <c>ToTensor()</c> returns it.</summary>
    ZeroToOne,

    /// <summary>(x / 255 − 0.5) / 0.5, as <c>Normalize(0.5, 0.5)</c> returns it.</summary>
    MinusOneToOne,

    /// <summary>x, unchanged.</summary>
    Bytes,

    /// <summary><see cref="Unit"/> with 255 − x: dark ink on white paper.</summary>
    InvertedUnit,

    /// <summary><see cref="Raw"/> with 255 − x.</summary>
    InvertedRaw,

    /// <summary><see cref="ZeroToOne"/> with 255 − x.</summary>
    InvertedZeroToOne,

    /// <summary><see cref="MinusOneToOne"/> with 255 − x.</summary>
    InvertedMinusOneToOne,

    /// <summary><see cref="Bytes"/> with 255 − x.</summary>
    InvertedBytes,
}
