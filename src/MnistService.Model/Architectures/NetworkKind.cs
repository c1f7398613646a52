namespace MnistService.Model.Architectures;

/// <summary>The network architectures that this service supports.</summary>
public enum NetworkKind
{
    /// <summary>The convolutional network, 409,642 parameters.</summary>
    Cnn,

    /// <summary>The fully connected baseline, 204,042 parameters.</summary>
    Mlp,
}
