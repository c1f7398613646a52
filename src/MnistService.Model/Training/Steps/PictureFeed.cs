using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;

namespace MnistService.Model.Training.Steps;

/// <summary>Makes network input of training pictures, distorted or as they are. Each thread has one of its own.</summary>
/// <param name="images">The training pictures.</param>
/// <param name="distortions">Null for none.</param>
/// <param name="distortedSteps">From this step on the pictures come as they are.</param>
/// <param name="random">Decides the distortions.</param>
internal sealed class PictureFeed(LabelledImages images, AugmentationSettings? distortions, int distortedSteps, RandomStreams random)
{
    private readonly Augmentation? _augmentation = distortions is null ? null : new(distortions);

    /// <param name="chosen">[N] which pictures.</param>
    /// <param name="step">Of the run, from 0.</param>
    /// <param name="first">Place of the first in the step's batch: the distortions do not depend on who makes which part.</param>
    /// <param name="input">[N×784], filled, standardised.</param>
    /// <param name="labels">[N], filled.</param>
    internal void Fill(ReadOnlySpan<int> chosen, int step, int first, Span<float> input, Span<long> labels)
    {
        var augmentation = step < distortedSteps ? _augmentation : null;
        for (var i = 0; i < chosen.Length; i++)
        {
            var picture = images.Pixels.AsSpan(chosen[i] * DigitImage.PixelCount, DigitImage.PixelCount);
            var target = input.Slice(i * DigitImage.PixelCount, DigitImage.PixelCount);
            if (augmentation is not null) augmentation.Apply(picture, random.Distortion(step, first + i), target);
            else for (var p = 0; p < picture.Length; p++) target[p] = picture[p];
            labels[i] = images.Labels[chosen[i]];
        }
        NetworkInput.Standardize(input[..(chosen.Length * DigitImage.PixelCount)], PixelScaling.Unit);
    }
}
