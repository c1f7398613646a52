using Microsoft.Extensions.Options;
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
internal sealed class ModelActivation(ModelStore store, ServingModel serving, ComputeDevice device, IOptions<InferenceOptions> inference)
{
    private readonly Lock _gate = new();

    /// <summary>Blocks for the time of the load: call it on a dedicated thread.</summary>
    /// <exception cref="ModelFormatException">The model is not there, damaged, or does not answer as recorded; the old one goes on.</exception>
    internal void Activate(string id)
    {
        lock (_gate)
        {
            serving.Publish(id, Load(id));
            store.SetCurrent(id);
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

    /// <summary>Applies a job's rule to its new model. Runs on the training thread.</summary>
    /// <param name="card">The new model.</param>
    /// <param name="measured">Its evaluation on the held-out pictures.</param>
    /// <param name="rule">The job's rule.</param>
    /// <param name="heldOut">The pictures; the served model is measured on the same.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    internal ActivationDecision Decide(
        ModelCard card, Evaluation? measured, ActivationRule rule, LabelledImages? heldOut, CancellationToken cancellation)
    {
        var served = serving.ModelId;
        ActivationDecision Decision(bool activate, string reason, double? servedAccuracy = null)
        {
            if (activate) Activate(card.Id);
            return new(activate, reason, measured?.Accuracy, served, servedAccuracy);
        }
        if (rule == ActivationRule.Never) return Decision(false, "It was asked not to serve.");
        if (rule == ActivationRule.Always) return Decision(true, "It was asked to serve.");
        if (served is null) return Decision(true, "Nothing served before.");
        if (measured is null || heldOut is null) return Decision(false, "There were no held-out pictures to compare on.");
        Evaluation other;
        try
        {
            using var rival = store.Load(served, device.Choice, 1)[0];
            other = Evaluation.Measure(rival, heldOut, cancellation);
        }
        catch (ModelFormatException e)
        {
            return Decision(false, $"The served model could not be measured: {e.Message}"); // it serves from memory, and well
        }
        var better = measured.Accuracy > other.Accuracy || (measured.Accuracy == other.Accuracy && measured.Loss < other.Loss);
        var reason = better ? "It beats the served model on the held-out pictures." : "The served model does as well or better on the held-out pictures.";
        return Decision(better, HasSeen(served, card.Training?.Data, heldOut) ? reason + " But that one was trained on some of them." : reason, other.Accuracy);
    }

    /// <summary>A model trained on more of the same data set has seen pictures that this job held out, such as the shipped one, which held out none.</summary>
    private bool HasSeen(string id, string? data, LabelledImages heldOut) =>
        store.Find(id)?.Training is { } training && training.Data == data && (int)Math.Round(training.Images * training.Settings.Validation / (1 - training.Settings.Validation)) < heldOut.Count;

    private IReadOnlyList<IDigitClassifier> Load(string id) =>
        store.Load(id, device.Choice, inference.Value.WorkersOn(device.Choice.Name));
}
