namespace MnistService.Model.Imaging;

/// <summary>Why a picture was refused.</summary>
public enum PictureError
{
    /// <summary>There are no bytes. HTTP 400.</summary>
    Empty,

    /// <summary>The bytes are no picture, or a damaged PNG or JPEG. HTTP 400.</summary>
    Unreadable,

    /// <summary>The header announces more pixels than are read; nothing was allocated for them. HTTP 413.</summary>
    TooLarge,

    /// <summary>The bytes are of a known type that is neither PNG nor JPEG. HTTP 415.</summary>
    UnsupportedType,

    /// <summary>The picture is sound, but nothing is written on it. HTTP 422.</summary>
    NoInk,

    /// <summary>The picture, or the ink on it, is far too long and thin for a digit. HTTP 422.</summary>
    BadProportions,
}
