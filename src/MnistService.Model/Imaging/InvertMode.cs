namespace MnistService.Model.Imaging;

/// <summary>Whether ink is darker than the paper (polarity). Dark ink is inverted, because MNIST has light digits on black.</summary>
public enum InvertMode
{
    /// <summary>The polarity is detected from the image.</summary>
    Auto,

    /// <summary>Ink is darker than the paper.</summary>
    Always,

    /// <summary>Ink is lighter than the paper.</summary>
    Never,
}
