namespace MnistService.Model.Weights;

/// <summary>The exception for a file of a model or of a checkpoint that is missing, damaged or not valid. The message is shown to clients.</summary>
public sealed class ModelFormatException : Exception
{
    public ModelFormatException(string message) : base(message) { }

    public ModelFormatException(string message, Exception inner) : base(message, inner) { }
}
