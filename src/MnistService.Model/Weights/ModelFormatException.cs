namespace MnistService.Model.Weights;

/// <summary>A model's files are invalid. The message describes what is wrong.</summary>
public sealed class ModelFormatException : Exception
{
    public ModelFormatException(string message) : base(message) { }

    public ModelFormatException(string message, Exception inner) : base(message, inner) { }
}
