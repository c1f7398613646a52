using System.Collections.Concurrent;
using MnistService.Drawings.Pages;
using MnistService.Model.Imaging;
using MnistService.Model.Inference;
using MnistService.Model.Native;
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
        Parallel.For(0, count, new() { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => answers[i] = Read(PageScene.Draw(kind, unchecked(seed * SeedStep + i))));
        return answers;
    }

    public void Dispose()
    {
        foreach (var classifier in _idle) classifier.Dispose();
    }

    private SceneAnswer Read(PageScene scene)
    {
        if (!_idle.TryTake(out var classifier)) throw new InvalidOperationException("There are fewer classifiers than threads.");
        try
        {
            var frame = ImageReader.Read(scene.Bytes, ImageOptions.Default).Pixels.ToArray();
            var probabilities = new float[10];
            classifier.Classify(frame, probabilities);
            var confidence = probabilities.Max();
            return new(scene, frame, Array.IndexOf(probabilities, confidence), confidence, null);
        }
        catch (ImageException rejected)
        {
            return new(scene, [], null, 0, rejected.Code);
        }
        finally
        {
            _idle.Add(classifier);
        }
    }
}
