namespace MnistService.Model.Imaging;

/// <summary>A picture that was refused. The message is for the client: it says what was found and what was expected.</summary>
public sealed class PictureException : Exception
{
    public PictureException(PictureError error, string message)
        : base(message) => Error = error;

    public PictureException(PictureError error, string message, Exception inner)
        : base(message, inner) => Error = error;

    public PictureError Error { get; }

    /// <summary>A stable name for the error, for programs.</summary>
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
