using MnistService.Model.Inference;

namespace MnistService.Fuzz.Targets;

/// <summary>A model to which a card's recorded answers are compared.</summary>
internal sealed class NoAnswers : IDigitClassifier
{
    public string ModelId => "none";

    public string Device => "none";

    public void Classify(ReadOnlySpan<byte> pixels, Span<float> probabilities) => probabilities.Clear();

    public void Dispose() { }
}
