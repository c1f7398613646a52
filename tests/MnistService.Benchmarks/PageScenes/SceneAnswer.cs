using MnistService.Drawings.Pages;
using MnistService.Model.Architectures;

namespace MnistService.Benchmarks.PageScenes;

/// <summary>The answer for one scene.</summary>
/// <param name="Frame">The network input for one digit: 784 bytes; empty if the image was rejected.</param>
/// <param name="Digit">The most probable digit; null if the image was rejected.</param>
/// <param name="DigitProbability">Probability that the image shows a digit; 0 if the image was rejected.</param>
/// <param name="IsSeveral">Whether the image certainly shows several digits, read without cuts.</param>
/// <param name="Text">All digits, read with cuts; null if the scene shows no number or was rejected.</param>
/// <param name="Error">Error code of a rejected image; null otherwise.</param>
internal sealed record SceneAnswer(PageScene Scene, byte[] Frame, int? Digit, float DigitProbability, bool IsSeveral, string? Text, string? Error)
{
    /// <summary>The service says that the image shows a digit.</summary>
    public bool IsDigit => DigitProbability >= DigitScore.Threshold;

    /// <summary>The digits are completely right: the text of a number, otherwise the single digit.</summary>
    public bool IsRight => (Text ?? $"{Digit}") == Scene.Truth.Text;

    /// <summary>The answer is what a user expects: the right digits, or that the image shows no digit.</summary>
    public bool IsGood(PageContent content) => content == PageContent.NonDigit ? !IsDigit : IsRight;
}
