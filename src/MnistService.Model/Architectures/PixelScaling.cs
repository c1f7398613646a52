namespace MnistService.Model.Architectures;

/// <summary>How training scaled pixels x in the range 0–255. The model card records the value; inference must scale pixels in the same way.</summary>
public enum PixelScaling
{
    /// <summary>(x / 255 − 0.1307) / 0.3081. The service's own training uses this scaling.</summary>
    Unit,

    /// <summary>(x − 0.1307) / 0.3081, without the division by 255. Only imported weights use this scaling.</summary>
    Raw,
}
