using Microsoft.Extensions.Options;
using MnistService.Connections.Memory;
using MnistService.Datasets;
using MnistService.Http;
using MnistService.Inference;
using MnistService.Model.Datasets;
using MnistService.Model.Registry;
using MnistService.Model.Weights;
using MnistService.Startup;
using MnistService.Storage;
using MnistService.Uploads;

namespace MnistService.ModelRegistry;

/// <summary>
/// Imports a weights file into the model store. The file is read without executing code; the names and shapes of the tensors determine the network. The model
/// is evaluated before it is stored, so that the model card contains the accuracy. A model with an accuracy below 50 % on held-out images is rejected.
/// </summary>
internal sealed class ModelImport(
    ModelStore store, ModelStorage storage, ComputeDevice device, TrainingData data, PromotionCheck promotion, RequestMemoryBudget memory,
    IOptions<ModelsOptions> options, BackgroundPriority priority, TimeProvider time) : IDisposable
{
    /// <summary>
    /// Minimum accuracy of an imported model on the held-out images, as a fraction; less accurate models are rejected. Random guesses reach 0.1. Weights below
    /// the minimum are probably damaged or were trained for another task.
    /// </summary>
    internal const double LeastAccuracy = 0.5;

    /// <summary>
    /// Number of held-out images: the last 5,000 of MNIST's 60,000 training images, which training jobs hold out by default. These images determine the pixel
    /// scaling, the temperature, the calibration of the digit score, and the validation accuracy of an imported model.
    /// </summary>
    private const int HeldOut = 5_000;

    /// <summary>Number of MNIST's training images on which the digit score of an imported model is trained. The training uses each image about twice.</summary>
    private const int ScoreImages = 8_000;

    /// <summary>
    /// Number of training steps for the digit score of an imported model. The digit score is a small network that estimates whether an image shows a digit. The
    /// training takes about 1.5 s, during which the client waits for the response.
    /// </summary>
    private const int ScoreSteps = 500;

    private readonly UploadLimiter _uploads = new(4, ModelProblems.ImportsBusy); // 4 uploads at a time, because each upload is held in memory completely
    private readonly SemaphoreSlim _measuring = new(1); // an evaluation takes seconds of computation, so only one runs at a time

    /// <summary>Imports the model file of a request.</summary>
    /// <param name="request">A request whose body is the file, or a form with the file.</param>
    /// <param name="name">Display name; <c>null</c> for a generated name that contains the network and the time.</param>
    /// <param name="aborted">Canceled when the client disconnects.</param>
    /// <exception cref="ProblemException">The file was rejected or could not be stored.</exception>
    /// <exception cref="StorageFullException">The model does not fit into the quota of the model store.</exception>
    internal async Task<ModelCard> TakeAsync(HttpRequest request, string? name, CancellationToken aborted)
    {
        using var lease = memory.Begin(request);
        using var slot = await _uploads.TakeAsync(request.HttpContext, lease);
        storage.Quota.ThrowIfFull();
        using var file = await ReadAsync(request, lease, aborted);
        await _measuring.WaitAsync(aborted);
        try
        {
            // Tensor computation and possibly a download of MNIST: runs on a dedicated thread, not on a pool thread.
            return await Task.Factory.StartNew(() => Import(file.Memory, name, aborted), aborted, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _measuring.Release();
        }
    }

    private async Task<PooledBuffer> ReadAsync(HttpRequest request, MemoryLease lease, CancellationToken aborted)
    {
        var most = options.Value.MaxImportBytes;
        await using var body = await UploadedFile.OpenAsync(request, most, "the weights", TooLarge, lease, aborted);
        return (await PooledBuffer.ReadAsync(body, expected: null, (int)Math.Min(most, 1 << 30), lease)).OrThrow(TooLarge);

        ProblemException TooLarge() => ModelProblems.TooLarge.Exception(most);
    }

    private ModelCard Import(ReadOnlyMemory<byte> bytes, string? name, CancellationToken aborted)
    {
        priority.Apply();
        try
        {
            var file = ModelFile.Read(bytes);
            using var reservation = storage.Quota.Begin(file.Sha256);
            reservation.Grow(ModelStorage.EstimateBytes(bytes.Length));
            var mnist = data.LoadMnist(aborted);
            var heldOut = mnist.Train.Slice(mnist.Train.Count - HeldOut, HeldOut);
            var (scaling, import) = file.Measure(heldOut, device.Choice, aborted);
            var accuracy = import.AccuracyWith(scaling);
            if (accuracy < LeastAccuracy) throw ModelProblems.Inaccurate.Exception(HeldOut, accuracy, import.Tried!.Count, LeastAccuracy);
            var model = new ModelCandidate { Name = name, Network = file.Network, Parameters = file.Parameters, State = file.State, Scaling = scaling, Import = import, ScoreTraining = new(mnist.Train.Slice(0, ScoreImages), ScoreSteps), References = promotion.FindSeen(training: null, startedFrom: null) };
            reservation.Claim(ModelStorage.EstimateBytes(bytes.Length));
            var card = model.AddTo(store, device.Choice, time, heldOut, mnist.Test, aborted);
            reservation.Commit(storage.BytesOf(card.Id), card.Id);
            return card;
        }
        catch (ModelFormatException e)
        {
            throw ModelProblems.FileInvalid.Exception(e.Message);
        }
        catch (MnistUnavailableException e)
        {
            throw ModelProblems.CannotBeMeasured.Exception(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ModelProblems.NotStored.Exception();
        }
    }

    public void Dispose()
    {
        _uploads.Dispose();
        _measuring.Dispose();
    }
}
