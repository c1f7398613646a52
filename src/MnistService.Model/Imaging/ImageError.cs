namespace MnistService.Model.Imaging;

/// <summary>Reason why an image was rejected.</summary>
public enum ImageError
{
    /// <summary>The file has no bytes.</summary>
    Empty,

    /// <summary>The file is a damaged PNG or JPEG, or has no known type.</summary>
    Unreadable,

    /// <summary>The header declares more pixels than the limit allows. No memory was allocated for them.</summary>
    TooLarge,

    /// <summary>The file has a known type other than PNG or JPEG.</summary>
    UnsupportedType,

    /// <summary>The image is valid but contains no ink.</summary>
    NoInk,

    /// <summary>One side of the image is more than 20 times the other, or the ink is more than 20 times as wide as high.</summary>
    BadProportions,
}
