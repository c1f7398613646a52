using MnistService.Drawings.Pages;

namespace MnistService.Benchmarks.PageScenes;

/// <summary>The answer for one scene.</summary>
/// <param name="Frame">The network input: 784 bytes; empty if the image was rejected.</param>
/// <param name="Digit">The most probable digit; null if the image was rejected.</param>
/// <param name="Confidence">Probability of the digit; 0 if the image was rejected.</param>
/// <param name="Error">Error code of a rejected image; null otherwise.</param>
internal sealed record SceneAnswer(PageScene Scene, byte[] Frame, int? Digit, float Confidence, string? Error)
{
    private const float Confident = 0.9f;

    /// <summary>The image shows one digit, and the answer is that digit.</summary>
    public bool IsRight => Digit is { } digit && Scene.Truth.Text == $"{digit}";

    public bool IsConfident => Confidence >= Confident;

    /// <summary>The answer is what a user expects: the digit of a single digit, no confident digit for anything else.</summary>
    public bool IsGood(PageContent content) => content == PageContent.Digit ? IsRight : !IsConfident;
}
