namespace MnistService.Model.Architectures;

/// <summary>
/// The formula that scaled the pixels x (0–255) when a network was trained. The model card records the formula; inference must use the same one.
/// </summary>
public enum PixelScaling
{
    /// <summary>Pixels x (0–255) are scaled to (x / 255 − 0.1307) / 0.3081. Every network that this service trains uses this scaling.</summary>
    Unit,

    /// <summary>Pixels x (0–255) are scaled to (x − 0.1307) / 0.3081, without the division by 255. Only imported networks use this scaling.</summary>
    Raw,
}
