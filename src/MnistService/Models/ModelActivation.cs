using Microsoft.Extensions.Options;
using MnistService.Hosting;
using MnistService.Inference;
using MnistService.Model.Data;
using MnistService.Model.Inference;
using MnistService.Model.Storage;
using MnistService.Model.Training;
using MnistService.Training;

namespace MnistService.Models;

/// <summary>
/// Makes a model serve: loaded, its checksum and golden outputs verified (which warms it up), then swapped in between batches.
/// The old one serves until then. One activation at a time.
/// </summary>
internal sealed partial class ModelActivation(
    ModelStore store, ServingModel serving, ComputeDevice device, IOptions<InferenceOptions> inference, ILogger<ModelActivation> log)
    : IDisposable
{
    private const int Waiting = 8;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _requests = new(Waiting);

    /// <summary>For requests: loading is tensor work and waits for its turn, so it has a thread of its own, not one of the pool's.</summary>
    /// <exception cref="ProblemException">429: as many wait as may.</exception>
    internal async Task<T> OnItsOwnThreadAsync<T>(Func<ModelActivation, T> work)
    {
        if (!_requests.Wait(0)) throw new ProblemException(429, "models_busy", "Too many changes at once", $"{Waiting} activations and deletions wait. Try again when one is done.");
        try
        {
            return await Task.Factory.StartNew(() => work(this), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _requests.Release();
        }
    }

    /// <summary>Blocks for the time of the load: call it on a dedicated thread.</summary>
    /// <exception cref="ModelFormatException">The model is not there, damaged, or does not answer as recorded; the old one goes on.</exception>
    /// <exception cref="IOException">The choice could not be written down; the old one goes on.</exception>
    internal void Activate(string id)
    {
        lock (_gate)
        {
            var loaded = Load(id);
            try
            {
                store.SetCurrent(id); // before it serves: what answers now must also answer after a restart
            }
            catch
            {
                foreach (var classifier in loaded) classifier.Dispose();
                throw;
            }
            serving.Publish(id, loaded);
        }
    }

    /// <summary>Deletes a model that does not serve.</summary>
    /// <returns>True; false when it is the one that serves, now or after the next start; null when there is none of that id.</returns>
    /// <exception cref="IOException">It could not be deleted.</exception>
    internal bool? TryDelete(string id)
    {
        lock (_gate) // none can be made to serve between the look and the deletion
        {
            if (id == serving.ModelId || id == store.CurrentId) return false;
            return store.TryDelete(id) ? true : null;
        }
    }

    /// <summary>At start: the model named by <c>current</c> serves, or nothing does and the reason is known.</summary>
    /// <exception cref="ModelFormatException">There is none, or it cannot serve.</exception>
    internal void ActivateCurrent()
    {
        lock (_gate)
        {
            var id = store.CurrentId ?? throw new ModelFormatException(
                $"No model is chosen in {store.DirectoryPath}: train one with POST /train, or name one in the file 'current'.");
            serving.Publish(id, Load(id));
        }
    }

    /// <summary>
    /// Applies a job's rule to its new model. Runs on the training thread. Whatever keeps the model from serving is in the decision: it is
    /// made and stored, and the job has succeeded.
    /// </summary>
    /// <param name="card">The new model.</param>
    /// <param name="rule">The job's rule.</param>
    /// <param name="heldOut">The pictures that it was validated on; the served model is measured on the same.</param>
    /// <param name="cancellation">Looked at between batches; a job that goes on finds its model and decides again.</param>
    internal ActivationDecision Decide(ModelCard card, ActivationRule rule, LabelledImages? heldOut, CancellationToken cancellation)
    {
        var (served, accuracy) = (serving.ModelId, card.Validation?.Accuracy);
        ActivationDecision Decision(bool activate, string reason, double? servedAccuracy = null)
        {
            if (!activate || card.Id == served) return new(activate, reason, accuracy, served, servedAccuracy);
            try
            {
                Activate(card.Id);
                return new(true, reason, accuracy, served, servedAccuracy);
            }
            catch (Exception e)
            {
                Log.NotActivated(log, e, card.Id);
                return new(false, $"{reason} But it could not be made to serve: {Words(e)}", accuracy, served, servedAccuracy);
            }
        }
        if (card.Id == served) return Decision(true, "It serves."); // the service ended between this decision and the job's end
        if (rule == ActivationRule.Never) return Decision(false, "It was asked not to serve.");
        if (rule == ActivationRule.Always) return Decision(true, "It was asked to serve.");
        if (served is null) return Decision(true, "Nothing served before.");
        if (card.Validation is not { } mine || heldOut is null) return Decision(false, "There were no held-out pictures to compare on.");
        Evaluation other;
        try
        {
            using var rival = store.Load(served, device.Choice, 1)[0];
            other = Evaluation.Measure(rival, heldOut, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.NotMeasured(log, e, served);
            return Decision(false, $"The served model could not be measured: {Words(e)}"); // it serves from memory, and well
        }
        var better = mine.Accuracy > other.Accuracy || (mine.Accuracy == other.Accuracy && mine.Loss < other.Loss);
        var reason = better ? "It beats the served model on the held-out pictures." : "The served model does as well or better on the held-out pictures.";
        if (HasSeen(served, card)) reason += " But that one was trained on some of them.";
        if (card.Training?.StartedFrom is { } origin && HasSeen(origin, card)) reason += " But the model that it started from was trained on some of them.";
        return Decision(better, reason, other.Accuracy);
    }

    /// <summary>A model that held out fewer pictures of the same data has been trained on some that the new one held out.</summary>
    private bool HasSeen(string id, ModelCard card) =>
        store.Find(id)?.Training is { } training && training.DataSha256 == card.Training?.DataSha256 && training.Images > card.Training.Images;

    /// <summary>What an exception may tell a client: libtorch's own words stay in the log.</summary>
    private static string Words(Exception e) =>
        e is ModelFormatException or IOException or UnauthorizedAccessException or ServiceUnavailableException ? e.Message : "the service's log has the reason.";

    public void Dispose() => _requests.Dispose();

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Model {Model} could not be made to serve")]
        public static partial void NotActivated(ILogger log, Exception exception, string model);

        [LoggerMessage(LogLevel.Error, "The served model {Model} could not be measured")]
        public static partial void NotMeasured(ILogger log, Exception exception, string model);
    }

    private IReadOnlyList<IDigitClassifier> Load(string id) =>
        store.Load(id, device.Choice, inference.Value.WorkersOn(device.Choice.Name));
}
