namespace MnistService.Model.Imaging;

/// <summary>Reason why an image was rejected.</summary>
public enum ImageError
{
    /// <summary>The file has no bytes.</summary>
    Empty,

    /// <summary>The file is damaged, or its type is unknown.</summary>
    Unreadable,

    /// <summary>The header declares more pixels than the limit allows. No memory was allocated for them.</summary>
    TooLarge,

    /// <summary>The file has a known type that is not supported, for example PDF.</summary>
    UnsupportedType,

    /// <summary>The image is valid but contains no ink.</summary>
    NoInk,

    /// <summary>One side of the image is more than 20 times the other, or the ink is more than 20 times as wide as high.</summary>
    BadProportions,
}
