using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;

namespace MnistService.Model.Training.Steps;

/// <summary>Data loader: converts training images to network input, with or without augmentation. Not thread-safe; each thread has its own loader.</summary>
/// <param name="distortions">The augmentation; <c>null</c> for none.</param>
/// <param name="distortedSteps">Number of steps at the start of the run that use augmentation. Later steps use unmodified images.</param>
/// <param name="random">Random streams for the augmentation.</param>
internal sealed class ImageLoader(LabeledImages images, AugmentationSettings? distortions, int distortedSteps, RandomStreams random)
{
    private readonly Augmentation? _augmentation = distortions is null ? null : new(distortions);

    /// <summary>Loads the images of a batch that one replica of the network processes.</summary>
    /// <param name="chosen">[N] indices of the training images.</param>
    /// <param name="step">Zero-based index of the step in the run.</param>
    /// <param name="first">
    /// Index, within the batch, of the first image to load. The index of an image selects the random stream of the image, so that the augmentation does not
    /// depend on how the batch is divided among threads.
    /// </param>
    /// <param name="input">[N×784]; receives standardized pixels.</param>
    /// <param name="labels">[N]; receives the true digits.</param>
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
