namespace MnistService.Model.Imaging;

/// <summary>Whether dark stands for ink, so that the picture has to be inverted to MNIST's light on black.</summary>
public enum InvertMode
{
    /// <summary>Decided from the picture: what differs from the paper is ink.</summary>
    Auto,

    /// <summary>Dark is ink.</summary>
    Always,

    /// <summary>Light is ink.</summary>
    Never,
}
