using Microsoft.Extensions.Options;
using MnistService.Http;
using MnistService.Inference;
using MnistService.Model.Inference;
using MnistService.Model.Registry;
using MnistService.Model.Weights;

namespace MnistService.ModelRegistry;

/// <summary>
/// Makes a model serve: loaded, its checksum and golden outputs verified (which warms it up), then swapped in between batches.
/// The old one serves until then. One activation at a time.
/// </summary>
internal sealed class ModelActivation(
    ModelStore store, ServingModel serving, ComputeDevice device, IOptions<InferenceOptions> inference) : IDisposable
{
    private const int Waiting = 8;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _requests = new(Waiting);

    /// <summary>For requests: loading is tensor work and waits for its turn, so it has a thread of its own, not one of the pool's.</summary>
    /// <exception cref="ProblemException">429: as many wait as may.</exception>
    internal async Task<T> OnItsOwnThreadAsync<T>(Func<T> work)
    {
        if (!_requests.Wait(0)) throw new ProblemException(429, "models_busy", "Too many changes at once", $"{Waiting} activations and deletions wait. Try again when one is done.");
        try
        {
            return await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
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
    /// <exception cref="IOException">It could not be deleted.</exception>
    internal DeletionOutcome TryDelete(string id)
    {
        lock (_gate) // no model can be made to serve between the check and the deletion
        {
            if (id == serving.ModelId || id == store.CurrentId) return DeletionOutcome.Serves;
            if (id == store.Shipped?.Id) return DeletionOutcome.Shipped;
            return store.TryDelete(id) ? DeletionOutcome.Deleted : DeletionOutcome.NotFound;
        }
    }

    /// <summary>The outcome of an attempt to delete a model.</summary>
    internal enum DeletionOutcome
    {
        Deleted,

        /// <summary>It serves, now or after the next start.</summary>
        Serves,

        /// <summary>It is the shipped model that the promotion rule compares with.</summary>
        Shipped,
        NotFound,
    }

    /// <summary>At start: the model named by <c>current</c> serves, or nothing does and the reason is known.</summary>
    /// <exception cref="ModelFormatException">There is none, or it cannot serve.</exception>
    internal void ActivateCurrent()
    {
        lock (_gate)
        {
            var id = store.CurrentId ?? throw new ModelFormatException(
                "No model is chosen in the model store: train one with POST /train, or name one in the file 'current'.");
            serving.Publish(id, Load(id));
        }
    }

    /// <summary>Makes a model serve in place of the one that it was compared with.</summary>
    /// <param name="id">The model.</param>
    /// <param name="served">The model that must still serve; null if none did.</param>
    /// <returns>False, and nothing has changed, if another model serves by now.</returns>
    /// <inheritdoc cref="Activate" path="/exception"/>
    internal bool TryActivate(string id, string? served)
    {
        lock (_gate)
        {
            if (serving.ModelId != served) return false;
            Activate(id);
            return true;
        }
    }

    public void Dispose() => _requests.Dispose();

    private IReadOnlyList<IDigitClassifier> Load(string id) =>
        store.Load(id, device.Choice, inference.Value.WorkersOn(device.Choice.Name));
}
