namespace MnistService.Model.Imaging;

/// <summary>An image was rejected. The message is safe to show to the client and describes the cause.</summary>
public sealed class PictureException : Exception
{
    public PictureException(PictureError error, string message)
        : base(message) => Error = error;

    public PictureException(PictureError error, string message, Exception inner)
        : base(message, inner) => Error = error;

    public PictureError Error { get; }

    /// <summary>Stable, machine-readable error code, e.g. <c>picture_too_large</c>.</summary>
    public string Code => Error switch
    {
        PictureError.Empty => "picture_empty",
        PictureError.Unreadable => "picture_unreadable",
        PictureError.TooLarge => "picture_too_large",
        PictureError.UnsupportedType => "picture_unsupported_type",
        PictureError.NoInk => "picture_no_ink",
        PictureError.BadProportions => "picture_bad_proportions",
        _ => throw new InvalidOperationException($"{Error} has no code."),
    };
}
