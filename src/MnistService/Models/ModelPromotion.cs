using MnistService.Inference;
using MnistService.Model.Data;
using MnistService.Model.Promotion;
using MnistService.Model.Storage;
using MnistService.Model.Training;
using MnistService.Training;

namespace MnistService.Models;

/// <summary>Promotes a model when the promotion rule allows it, or when somebody overrides the rule.</summary>
/// <remarks>Blocks for a second or more: call it on a dedicated thread.</remarks>
internal sealed partial class ModelPromotion(
    ModelStore store, ServingModel serving, ModelActivation activation, PromotionCheck check, TrainingJobs jobs, ComputeDevice device, ILogger<ModelPromotion> log)
{
    /// <summary>
    /// Applies a job's policy to its new model. The job has succeeded whatever is decided: what keeps the model from serving is in the decision.
    /// </summary>
    /// <param name="card">The new model.</param>
    /// <param name="policy">The job's policy.</param>
    /// <param name="heldOut">The images that the job held out; the served model is measured on the same.</param>
    /// <param name="cancellation">Checked between batches. A job that is resumed finds its model and decides again.</param>
    internal ActivationDecision Decide(ModelCard card, ActivationRule policy, LabelledImages? heldOut, CancellationToken cancellation) => activation.Exclusively(() =>
    {
        var served = serving.ModelId;
        // The service ended between this decision and the job's end.
        if (card.Id == served) return new ActivationDecision(true, "It serves.", card.Validation?.Accuracy, served, null);
        var (own, ownFailure) = CompareOwn(card, served, heldOut, cancellation);
        PromotionVerdict verdict;
        try
        {
            verdict = check.Decide(card, own, cancellation);
            if (ownFailure is not null && verdict.Promotes) verdict = verdict with { Promotes = false, Reason = ownFailure };
        }
        catch (ModelFormatException e)
        {
            verdict = new(false, ownFailure ?? e.Message, [], own);
        }
        var (promotes, reason) = policy switch
        {
            ActivationRule.Always => (true, $"The job asked to be promoted always. {(verdict.Promotes ? "" : "The promotion rule would have refused: ")}{verdict.Reason}"),
            ActivationRule.Never => (false, $"The job asked not to be promoted. {verdict.Reason}"),
            _ => (verdict.Promotes, verdict.Reason),
        };
        var failure = promotes ? TryPromote(card.Id) : null;
        return new ActivationDecision(
            promotes && failure is null, $"{reason} {(promotes && failure is null ? "Promoted." : "Not promoted.")}{(failure is null ? "" : $" {failure}")}",
            card.Validation?.Accuracy, served, own is null ? null : (double)own.ServedRight / own.Images, verdict.References, own);
    });

    /// <summary>Promotes a model on request.</summary>
    /// <param name="force">Whether the promotion rule is overridden. The previous and the served model are never held to it.</param>
    /// <returns>The rule's verdict when it refuses, and nothing has changed; null when the model serves.</returns>
    /// <exception cref="ModelNotFoundException">There is no such model, or not any more.</exception>
    /// <exception cref="ModelFormatException">It is damaged; the old one goes on.</exception>
    /// <exception cref="IOException">The choice could not be written down; the old one goes on.</exception>
    internal PromotionVerdict? Promote(string id, bool force) => activation.Exclusively(() =>
    {
        var card = store.Find(id) ?? throw new ModelNotFoundException();
        if (!force && id != serving.ModelId && id != store.PreviousId)
        {
            var verdict = check.Decide(card, FindOwn(card), CancellationToken.None);
            if (!verdict.Promotes) return verdict;
        }
        activation.Activate(id);
        return null;
    });

    /// <summary>The comparison on the job's own images that was made when the job ended, if the same model still serves.</summary>
    private OwnComparison? FindOwn(ModelCard card) =>
        card.Training?.Job is { } job && jobs.Find(job)?.Activation is { Own: { } own } decision && decision.Served == serving.ModelId ? own : null;

    private (OwnComparison? Own, string? Failure) CompareOwn(ModelCard card, string? served, LabelledImages? heldOut, CancellationToken cancellation)
    {
        if (served is null || heldOut is null || card.Validation is not { } mine) return (null, null);
        try
        {
            using var rival = store.Load(served, device.Choice, 1)[0];
            var other = Evaluation.Measure(rival, heldOut, cancellation);
            return (OwnComparison.Of(heldOut.Count, Right(mine.Accuracy), Right(other.Accuracy)), null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.NotMeasured(log, e, served);
            return (null, $"The served model could not be measured on the job's held-out images: {Words(e)}");
        }

        int Right(double accuracy) => (int)Math.Round(accuracy * heldOut.Count);
    }

    /// <returns>Why the model does not serve; null when it does.</returns>
    private string? TryPromote(string id)
    {
        try
        {
            activation.Activate(id);
            return null;
        }
        catch (Exception e)
        {
            Log.NotPromoted(log, e, id);
            return $"It could not be made to serve: {Words(e)}";
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
