using System.Collections.Concurrent;
using MnistService.Drawings.Pages;
using MnistService.Model.Imaging;
using MnistService.Model.Inference;
using MnistService.Model.Native;
using MnistService.Model.Reading;
using MnistService.Model.Registry;

namespace MnistService.Benchmarks.PageScenes;

/// <summary>Draws scenes and reads them with the shipped model, on all cores.</summary>
internal sealed class SceneReader : IDisposable
{
    private const int SeedStep = 10_007; // more than the usual number of scenes per kind, so that neighboring seeds share no scene

    private readonly ConcurrentBag<IDigitClassifier> _idle;

    public SceneReader()
    {
        var store = new ModelStore(Path.Combine(Repository.Root, "models"));
        _idle = [.. store.Load(store.CurrentId!, DeviceChoice.WithoutTorch("cpu")!, Environment.ProcessorCount)];
    }

    /// <summary>Returns the answers for scenes with consecutive seeds, in the order of the seeds.</summary>
    public SceneAnswer[] Read(PageKind kind, int seed, int count)
    {
        var answers = new SceneAnswer[count];
        Parallel.For(0, count, new() { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => answers[i] = Read(PageScene.Draw(kind, unchecked(seed * SeedStep + i)), kind.Content));
        return answers;
    }

    public void Dispose()
    {
        foreach (var classifier in _idle) classifier.Dispose();
    }

    private SceneAnswer Read(PageScene scene, PageContent content)
    {
        if (!_idle.TryTake(out var classifier)) throw new InvalidOperationException("There are fewer classifiers than threads.");
        try
        {
            var text = content == PageContent.Number ? Read(ImageReader.ReadMarks(scene.Bytes, ImageOptions.Default with { SeparateTouching = true }), classifier).Text : null;
            var marks = ImageReader.ReadMarks(scene.Bytes, ImageOptions.Default);
            var reading = Read(marks, classifier);
            if ((reading.SingleDigit is { } index ? marks.Candidates[index].Image : marks.Digit) is not { } image) throw marks.Rejection!;
            var (probabilities, digitProbabilities) = Classify([image], classifier);
            return new(scene, image.Pixels.ToArray(), Array.IndexOf(probabilities, probabilities.Max()), digitProbabilities[0], reading.IsSeveral, text, null);
        }
        catch (ImageException rejected)
        {
            return new(scene, [], null, 0, false, null, rejected.Code);
        }
        finally
        {
            _idle.Add(classifier);
        }
    }

    private static PageReading Read(PageMarks marks, IDigitClassifier classifier)
    {
        var (probabilities, digitProbabilities) = Classify([.. marks.Candidates.Select(candidate => candidate.Image)], classifier);
        return DigitReader.Read(marks, probabilities, digitProbabilities, marks.Digit is { } digit ? Classify([digit], classifier).DigitProbabilities[0] : float.NaN);
    }

    private static (float[] Probabilities, float[] DigitProbabilities) Classify(DigitImage[] images, IDigitClassifier classifier)
    {
        var (probabilities, digitProbabilities) = (new float[10 * images.Length], new float[images.Length]);
        if (images.Length > 0) classifier.Classify([.. images.SelectMany(image => image.Pixels.ToArray())], probabilities, digitProbabilities);
        return (probabilities, digitProbabilities);
    }
}
