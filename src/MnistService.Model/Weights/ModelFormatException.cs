namespace MnistService.Model.Weights;

/// <summary>Thrown if a model or a checkpoint is missing, damaged or invalid. Clients see the message.</summary>
public sealed class ModelFormatException : Exception
{
    public ModelFormatException(string message) : base(message) { }

    public ModelFormatException(string message, Exception inner) : base(message, inner) { }
}
