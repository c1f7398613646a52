using Microsoft.Extensions.Options;
using MnistService.Http;
using MnistService.Inference;
using MnistService.Model.Inference;
using MnistService.Model.Registry;
using MnistService.Model.Weights;

namespace MnistService.ModelRegistry;

/// <summary>
/// Replaces the served model: loads the new model, verifies its checksum and recorded outputs, and swaps the models between two batches. The verification also
/// warms up the new model. The old model serves until the swap. One replacement runs at a time.
/// </summary>
internal sealed class ModelPublisher(
    ModelStore store, ServingModel serving, ComputeDevice device, IOptions<InferenceOptions> inference) : IDisposable
{
    private const int Waiting = 8;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _requests = new(Waiting);

    /// <summary>
    /// Runs a promotion, a deletion or a rename on a dedicated thread. A promotion loads a model, and a deletion or a rename may wait for a running promotion;
    /// both would block a thread-pool thread for too long.
    /// </summary>
    /// <exception cref="ProblemException">429: 8 promotions, deletions and renames are already running or waiting.</exception>
    internal async Task<T> OnItsOwnThreadAsync<T>(Func<T> work)
    {
        if (!_requests.Wait(0)) throw ModelProblems.ChangesBusy.Exception(Waiting);
        try
        {
            return await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _requests.Release();
        }
    }

    /// <summary>
    /// Promotes a model: loads it, stores the promotion, and replaces the served model. Blocks while the model loads: call this on a dedicated thread.
    /// </summary>
    /// <exception cref="ModelFormatException">
    /// The model does not exist, is damaged, or does not reproduce its recorded outputs. The old model continues to serve.
    /// </exception>
    /// <exception cref="IOException">The promotion could not be stored. The old model continues to serve.</exception>
    internal void Promote(string id)
    {
        lock (_gate)
        {
            var loaded = Load(id);
            try
            {
                store.SetCurrent(id); // the promotion is stored before the switch, so that the model that serves now also serves after a restart
            }
            catch
            {
                foreach (var classifier in loaded) classifier.Dispose();
                throw;
            }
            serving.Publish(id, loaded);
        }
    }

    /// <summary>Deletes a model, unless it is the served model or the model that was shipped with the service.</summary>
    /// <returns><see cref="DeletionOutcome.Deleted"/>, or the reason why the model was not deleted.</returns>
    /// <exception cref="IOException">The files could not be deleted.</exception>
    internal DeletionOutcome TryDelete(string id)
    {
        lock (_gate) // no model can be promoted between the check and the deletion
        {
            if (id == serving.ModelId || id == store.CurrentId) return DeletionOutcome.Serves;
            if (id == store.Shipped?.Id) return DeletionOutcome.Shipped;
            return store.TryDelete(id) ? DeletionOutcome.Deleted : DeletionOutcome.NotFound;
        }
    }

    /// <summary>Changes the name of a model.</summary>
    /// <returns>The new card; <c>null</c> if the model does not exist.</returns>
    /// <exception cref="ModelFormatException">The card cannot be read.</exception>
    /// <exception cref="IOException">The card cannot be written.</exception>
    internal ModelCard? Rename(string id, string name)
    {
        lock (_gate) return store.Rename(id, name); // the lock prevents a concurrent deletion of the model
    }

    /// <summary>The outcome of an attempt to delete a model.</summary>
    internal enum DeletionOutcome
    {
        Deleted,

        /// <summary>The model was not deleted, because it is served now or will be served after the next start.</summary>
        Serves,

        /// <summary>The model was not deleted, because it was shipped with the service; the promotion rule compares new models with it.</summary>
        Shipped,
        NotFound,
    }

    /// <summary>Serves the model whose id is in the file <c>current</c> of the model store. Called at startup.</summary>
    /// <exception cref="ModelFormatException">The file <c>current</c> is absent, empty or unreadable, or its model cannot serve.</exception>
    internal void ServeCurrent()
    {
        lock (_gate)
        {
            var id = store.CurrentId ?? throw new ModelFormatException(
                "No model in the model store has been promoted. Train a model with POST /train, or promote a stored model with POST /models/{id}/promote.");
            serving.Publish(id, Load(id));
        }
    }

    /// <summary>
    /// Promotes a model after a comparison with the served model. Does nothing if another model has become the served model since the comparison.
    /// </summary>
    /// <param name="served">Id of the model that was served during the comparison; <c>null</c> if no model was served.</param>
    /// <returns><c>false</c> if <paramref name="served"/> is no longer the served model; nothing was changed.</returns>
    /// <inheritdoc cref="Promote" path="/exception"/>
    internal bool TryPromote(string id, string? served)
    {
        lock (_gate)
        {
            if (serving.ModelId != served) return false;
            Promote(id);
            return true;
        }
    }

    public void Dispose() => _requests.Dispose();

    private IReadOnlyList<IDigitClassifier> Load(string id) =>
        store.Load(id, device.Choice, inference.Value.WorkersOn(device.Choice.Name));
}
