namespace MnistService.Model.Weights;

/// <summary>A model's files are not what they must be. The message says what was found and what was expected.</summary>
public sealed class ModelFormatException : Exception
{
    public ModelFormatException(string message) : base(message) { }

    public ModelFormatException(string message, Exception inner) : base(message, inner) { }
}
