namespace MnistService.Model.Imaging;

/// <summary>Thrown if an image is rejected. The message describes the cause and is safe to show to the client.</summary>
public sealed class ImageException : Exception
{
    public ImageException(ImageError error, string message)
        : base(message) => Error = error;

    public ImageException(ImageError error, string message, Exception inner)
        : base(message, inner) => Error = error;

    public ImageError Error { get; }

    /// <summary>Stable, machine-readable error code, for example <c>picture_too_large</c>.</summary>
    public string Code => Error switch
    {
        ImageError.Empty => "picture_empty",
        ImageError.Unreadable => "picture_unreadable",
        ImageError.TooLarge => "picture_too_large",
        ImageError.UnsupportedType => "picture_unsupported_type",
        ImageError.NoInk => "picture_no_ink",
        ImageError.BadProportions => "picture_bad_proportions",
        _ => throw new InvalidOperationException($"The image error {Error} has no error code."),
    };
}
