namespace MnistService.Model.Imaging;

/// <summary>An image was rejected. The message is safe to show to the client and describes the cause.</summary>
public sealed class ImageException : Exception
{
    public ImageException(ImageError error, string message)
        : base(message) => Error = error;

    public ImageException(ImageError error, string message, Exception inner)
        : base(message, inner) => Error = error;

    public ImageError Error { get; }

    /// <summary>Stable, machine-readable error code, e.g. <c>picture_too_large</c>.</summary>
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
