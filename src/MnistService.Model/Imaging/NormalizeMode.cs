namespace MnistService.Model.Imaging;

/// <summary>Whether a picture is cropped, scaled and centred to MNIST's frame.</summary>
public enum NormalizeMode
{
    /// <summary>Unless it is 28×28 and already looks like MNIST.</summary>
    Auto,

    /// <summary>In every case.</summary>
    Always,

    /// <summary>Never: the whole picture is scaled to 28×28 as it is.</summary>
    Never,
}
