namespace MnistService.Model.Imaging;

/// <summary>Reason why an image was rejected.</summary>
public enum ImageError
{
    /// <summary>The image was rejected because the file has no bytes.</summary>
    Empty,

    /// <summary>The image was rejected because the file is damaged, or its type cannot be identified.</summary>
    Unreadable,

    /// <summary>
    /// The image was rejected because its header declares more pixels than the limit, or because decoding it would need too much memory. No memory was
    /// allocated for its pixels.
    /// </summary>
    TooLarge,

    /// <summary>The image was rejected because its file type was identified but is not supported, for example PDF.</summary>
    UnsupportedType,

    /// <summary>The image was rejected because it contains no ink, or only specks. The file itself is valid.</summary>
    NoInk,

    /// <summary>The image was rejected because one side is more than 20 times as long as the other, or the ink is more than 20 times as wide as high.</summary>
    BadProportions,
}
