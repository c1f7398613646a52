using MnistService.Inference;
using MnistService.Model.Datasets;
using MnistService.Model.Evaluation;
using MnistService.Model.Registry;
using MnistService.Model.Weights;
using MnistService.TrainingJobs;

namespace MnistService.ModelRegistry;

/// <summary>Promotes a model when the promotion rule allows it, or when somebody overrides the rule.</summary>
/// <remarks>Blocks for a second or more: call it on a dedicated thread.</remarks>
internal sealed partial class ModelPromotion(
    ModelStore store, ServingModel serving, ModelActivation activation, PromotionCheck check, TrainingJobStore jobs, ComputeDevice device, ILogger<ModelPromotion> log)
{
    /// <summary>
    /// Applies a job's policy to its new model. The job has succeeded whatever is decided: what keeps the model from serving is in the decision.
    /// </summary>
    /// <param name="card">The new model.</param>
    /// <param name="policy">The job's policy.</param>
    /// <param name="heldOut">The images that the job held out; the served model is measured on the same.</param>
    /// <param name="cancellation">Checked between batches. A job that is resumed finds its model and decides again.</param>
    internal ActivationDecision Decide(ModelCard card, ActivationRule policy, LabelledImages? heldOut, CancellationToken cancellation)
    {
        // Measured without a lock: the training thread has the lowest priority, and an operator who goes back to the previous model must not wait for it.
        while (true)
        {
            if (TryDecide(card, policy, heldOut, cancellation) is { } decision) return decision;
        }
    }

    /// <returns>Null if another model began to serve while this one was compared with the one before.</returns>
    private ActivationDecision? TryDecide(ModelCard card, ActivationRule policy, LabelledImages? heldOut, CancellationToken cancellation)
    {
        var served = serving.ModelId;
        // The service was stopped after it had promoted the model and before it stored the end of the job.
        if (card.Id == served) return new ActivationDecision(true, "It serves.", card.Validation?.Accuracy, served, null);
        var (own, ownFailure) = CompareOwn(card, served, heldOut, cancellation);
        var verdict = check.Decide(card, served, own, cancellation);
        if (ownFailure is not null && verdict.Promotes) verdict = verdict with { Promotes = false, Reason = ownFailure };
        var (promotes, reason) = policy switch
        {
            ActivationRule.Always => (true, $"The job asked to be promoted always. {(verdict.Promotes ? "" : "The promotion rule would have refused: ")}{verdict.Reason}"),
            ActivationRule.Never => (false, $"The job asked not to be promoted. {verdict.Reason}"),
            _ => (verdict.Promotes, verdict.Reason),
        };
        if (!TryPromote(promotes, card.Id, served, out var failure)) return null;
        return new ActivationDecision(
            promotes && failure is null, $"{reason} {(promotes && failure is null ? "Promoted." : "Not promoted.")}{(failure is null ? "" : $" {failure}")}",
            card.Validation?.Accuracy, served, own is null ? null : (double)own.ServedRight / own.Images, verdict.References, own);
    }

    /// <summary>Promotes a model on request.</summary>
    /// <param name="force">Whether the promotion rule is overridden. The previous and the served model are never held to it.</param>
    /// <returns>The rule's verdict when it refuses, and nothing has changed; null when the model serves.</returns>
    /// <exception cref="ModelNotFoundException">There is no such model, or not any more.</exception>
    /// <exception cref="ModelFormatException">The model is damaged. The served model stays.</exception>
    /// <exception cref="IOException">The choice could not be stored. The served model stays.</exception>
    internal PromotionVerdict? Promote(string id, bool force)
    {
        while (true)
        {
            var card = store.Find(id) ?? throw new ModelNotFoundException();
            var served = serving.ModelId;
            if (force || id == served || id == store.PreviousId)
            {
                activation.Activate(id);
                return null;
            }
            var verdict = check.Decide(card, served, FindOwn(card, served), CancellationToken.None);
            if (!verdict.Promotes) return verdict;
            if (activation.TryActivate(id, served)) return null;
        }
    }

    /// <summary>The comparison on the job's own images that was made when the job ended, if the same model still serves.</summary>
    private OwnComparison? FindOwn(ModelCard card, string? served) =>
        card.Training?.Job is { } job && jobs.Find(job)?.Activation is { Own: { } own } decision && decision.Served == served ? own : null;

    private (OwnComparison? Own, string? Failure) CompareOwn(ModelCard card, string? served, LabelledImages? heldOut, CancellationToken cancellation)
    {
        if (served is null || heldOut is null || card.Validation is not { } mine) return (null, null);
        try
        {
            using var rival = store.Load(served, device.Choice, 1)[0];
            var other = EvaluationResult.Measure(rival, heldOut, cancellation);
            return (OwnComparison.Of(heldOut.Count, Right(mine.Accuracy), Right(other.Accuracy)), null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.NotMeasured(log, e, served);
            return (null, $"The served model could not be measured on the job's held-out images: {Words(e)}");
        }

        int Right(double accuracy) => (int)Math.Round(accuracy * heldOut.Count);
    }

    /// <param name="promotes">Whether the model is to serve at all.</param>
    /// <param name="failure">Why the model does not serve although it should; null if it does.</param>
    /// <returns>False if another model serves than it was compared with.</returns>
    private bool TryPromote(bool promotes, string id, string? served, out string? failure)
    {
        failure = null;
        if (!promotes) return true;
        try
        {
            return activation.TryActivate(id, served);
        }
        catch (Exception e)
        {
            Log.NotPromoted(log, e, id);
            failure = $"It could not be made to serve: {Words(e)}";
            return true;
        }
    }

    /// <summary>The part of an exception that a client may see: libtorch's and the file system's own messages stay in the log.</summary>
    private static string Words(Exception e) => e is ModelFormatException or ServiceUnavailableException ? e.Message : "the service's log has the reason.";

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Model {Model} could not be made to serve")]
        public static partial void NotPromoted(ILogger log, Exception exception, string model);

        [LoggerMessage(LogLevel.Error, "The served model {Model} could not be measured")]
        public static partial void NotMeasured(ILogger log, Exception exception, string model);
    }
}

/// <summary>There is no model of the id that was asked for.</summary>
internal sealed class ModelNotFoundException : Exception;
