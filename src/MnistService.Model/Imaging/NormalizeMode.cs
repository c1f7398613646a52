namespace MnistService.Model.Imaging;

/// <summary>Whether an image is cropped, scaled and centered like MNIST's images.</summary>
public enum NormalizeMode
{
    /// <summary>The image is normalized, unless it is 28×28 and already looks like an MNIST image.</summary>
    Auto,

    /// <summary>The image is always normalized.</summary>
    Always,

    /// <summary>The image is never cropped or centered. The whole image is scaled to 28×28.</summary>
    Never,
}
