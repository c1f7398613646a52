namespace MnistService.Model.Imaging;

/// <summary>Reason why an image was rejected.</summary>
public enum ImageError
{
    /// <summary>The image was rejected because the file has no bytes.</summary>
    Empty,

    /// <summary>The image was rejected because the file is damaged, or its type is unknown.</summary>
    Unreadable,

    /// <summary>The image was rejected because its header declares more pixels than the limit allows. No memory was allocated for them.</summary>
    TooLarge,

    /// <summary>The image was rejected because the file has a known type that is not supported, for example PDF.</summary>
    UnsupportedType,

    /// <summary>The image was rejected because it contains no ink. The file itself is valid.</summary>
    NoInk,

    /// <summary>The image was rejected because one side is more than 20 times the other, or the ink is more than 20 times as wide as high.</summary>
    BadProportions,
}
