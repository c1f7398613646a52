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
            var text = content == PageContent.Number ? Read(scene, classifier, all: true).Marks.Reading.Text : null;
            var (marks, probability) = Read(scene, classifier, all: false);
            if (marks.Whole is not { } whole) throw marks.Marks.Rejection!;
            return new(scene, marks.Marks.Digit!.Pixels.ToArray(), whole.Digit, probability ?? whole.DigitProbability, marks.IsSeveral, text, null);
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

    /// <summary>Reads a scene as the service does: a doubtful image a second time.</summary>
    /// <param name="all">Whether all digits are asked for, as in <c>/read</c>.</param>
    /// <returns>The chosen interpretation, and the probability that its digit is the digit of the image; <c>null</c> if it was read once.</returns>
    private static (ClassifiedMarks Marks, float? Probability) Read(PageScene scene, IDigitClassifier classifier, bool all)
    {
        var options = ImageOptions.Default with { SeparateTouching = all };
        ImageException? rejection = null;
        ClassifiedMarks? first = null;
        try
        {
            first = Classify(ImageReader.ReadMarks(scene.Bytes, options), classifier);
            if (!first.IsDoubtful(all)) return (first, null);
        }
        catch (ImageException e) when (e.Error is ImageError.NoInk or ImageError.BadProportions)
        {
            rejection = e;
        }
        List<(InterpretationKind Kind, ClassifiedMarks Marks)> interpretations =
            [.. ImageReader.ReadInterpretations(scene.Bytes, options).Select(each => (each.Kind, Classify(each.Marks, classifier)))];
        return InterpretationChoice.Choose(first, interpretations, all) is var (index, probability) ? (interpretations[index].Marks, probability) : (first ?? throw rejection!, null);
    }

    private static ClassifiedMarks Classify(PageMarks marks, IDigitClassifier classifier)
    {
        var inputs = marks.ToInputs();
        var (probabilities, digitProbabilities) = (new float[10 * inputs.Count], new float[inputs.Count]);
        classifier.Classify([.. inputs.SelectMany(image => image.Pixels.ToArray())], probabilities, digitProbabilities);
        return new(marks, probabilities, digitProbabilities);
    }
}
