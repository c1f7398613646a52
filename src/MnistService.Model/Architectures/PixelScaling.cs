namespace MnistService.Model.Architectures;

/// <summary>
/// The formula that scaled the pixels x (0–255) when a network was trained. The model card records the formula; inference must use the same one.
/// </summary>
public enum PixelScaling
{
    /// <summary>(x / 255 − 0.1307) / 0.3081. The service's own training uses this scaling.</summary>
    Unit,

    /// <summary>(x − 0.1307) / 0.3081, without the division by 255. Only imported weights use this scaling.</summary>
    Raw,
}
