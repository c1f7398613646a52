using MnistService.Model.Inference;

namespace MnistService.Fuzz.Targets;

/// <summary>Classifier stub whose probabilities are all 0, for the comparison with the golden outputs of a model card.</summary>
internal sealed class NoAnswers : IDigitClassifier
{
    public string ModelId => "none";

    public string Device => "none";

    public void Classify(ReadOnlySpan<byte> pixels, Span<float> probabilities, Span<float> digitProbabilities)
    {
        probabilities.Clear();
        digitProbabilities.Fill(float.NaN);
    }

    public void Dispose() { }
}
