using MnistService.Inference;
using MnistService.Model.Datasets;
using MnistService.Model.Evaluation;
using MnistService.Model.Registry;
using MnistService.Model.Weights;

namespace MnistService.ModelRegistry;

/// <summary>
/// Promotes a model if the promotion rule (src/decisions/0015) allows it, or if the promotion policy of a job or an operator overrides the rule.
/// </summary>
/// <remarks>Blocks for a second or more: call this on a dedicated thread.</remarks>
internal sealed partial class ModelPromotion(
    ModelStore store, ServingModel serving, ModelPublisher publisher, PromotionCheck check, IPromotionDecisions decisions, ComputeDevice device, ILogger<ModelPromotion> log)
{
    /// <summary>
    /// Applies the promotion policy of a job to the job's new model. The job succeeds even if the model is not promoted or cannot serve; the decision contains
    /// the reason.
    /// </summary>
    /// <param name="card">Card of the new model.</param>
    /// <param name="policy">Promotion policy of the job.</param>
    /// <param name="own">
    /// Images of the job's uploaded data sets on which the new model is compared with the served model; <c>null</c> if the job has no such images.
    /// </param>
    /// <param name="cancellation">
    /// Checked between two batches of the evaluation. If the job is canceled and then resumed, only the decision is repeated, because the model is already
    /// stored.
    /// </param>
    internal PromotionDecision Decide(ModelCard card, PromotionPolicy policy, OwnImages? own, CancellationToken cancellation)
    {
        // The evaluation holds no lock, because a rollback by an operator must not wait for it. The evaluation is slow: the training thread runs at idle
        // priority by default.
        while (true)
        {
            if (TryDecide(card, policy, own, cancellation) is { } decision) return decision;
        }
    }

    /// <returns>The decision, or <c>null</c> if the served model changed during the comparison.</returns>
    private PromotionDecision? TryDecide(ModelCard card, PromotionPolicy policy, OwnImages? own, CancellationToken cancellation)
    {
        var served = serving.ModelId;
        // The service may have promoted the new model and then stopped before it stored the end of the job. After a resume, the new model is then already
        // served.
        if (card.Id == served) return new PromotionDecision(true, "The model is already served.", card.Validation?.Accuracy, served, null);
        var (compared, ownFailure) = CompareOwn(card, served, own, cancellation);
        var verdict = check.Decide(card, served, compared, cancellation);
        if (ownFailure is not null && verdict.Promotes) verdict = verdict with { Promotes = false, Reason = ownFailure };
        var (promotes, reason) = policy switch
        {
            PromotionPolicy.Always => (true, $"The promotion policy of the job is \"always\". {(verdict.Promotes ? "" : "The promotion rule would have rejected the model: ")}{verdict.Reason}"),
            PromotionPolicy.Never => (false, $"The promotion policy of the job is \"never\". {verdict.Reason}"),
            _ => (verdict.Promotes, verdict.Reason),
        };
        if (!TryPromote(promotes, card.Id, served, out var failure)) return null;
        return new PromotionDecision(
            promotes && failure is null, $"{reason} {(promotes && failure is null ? "Promoted." : "Not promoted.")}{(failure is null ? "" : $" {failure}")}",
            compared is null ? card.Validation?.Accuracy : (double)compared.Right / compared.Images, served,
            compared is null ? null : (double)compared.ServedRight / compared.Images, verdict.References, compared);
    }

    /// <summary>Promotes a model at the request of an operator.</summary>
    /// <param name="force">
    /// Whether to promote the model even if the promotion rule rejects it. The rule is not applied to the served model and to the previously served model.
    /// </param>
    /// <returns><c>null</c> if the model now serves. Otherwise the verdict with which the rule rejected the model; nothing was changed.</returns>
    /// <exception cref="ModelNotFoundException">The model does not exist.</exception>
    /// <exception cref="ModelFormatException">The model is damaged. The served model continues to serve.</exception>
    /// <exception cref="IOException">The promotion could not be stored. The served model continues to serve.</exception>
    internal PromotionVerdict? Promote(string id, bool force)
    {
        while (true)
        {
            var card = store.Find(id) ?? throw new ModelNotFoundException();
            var served = serving.ModelId;
            if (force || id == served || id == store.PreviousId)
            {
                publisher.Promote(id);
                return null;
            }
            var verdict = check.Decide(card, served, FindOwn(card, served), CancellationToken.None);
            if (!verdict.Promotes) return verdict;
            if (publisher.TryPromote(id, served)) return null;
        }
    }

    /// <summary>
    /// Finds the stored comparison of a model with the served model on the images of the job's uploaded data sets. The training job stored it with its
    /// promotion decision. Returns <c>null</c> if no comparison is stored, or if another model is served now than at that time.
    /// </summary>
    private OwnComparison? FindOwn(ModelCard card, string? served) =>
        card.Training?.Job is { } job && decisions.FindDecision(job) is { Own: { } own } decision && decision.Served == served ? own : null;

    private (OwnComparison? Own, string? Failure) CompareOwn(ModelCard card, string? served, OwnImages? own, CancellationToken cancellation)
    {
        if (served is null || own is null) return (null, null);
        try
        {
            return (OwnComparison.Of(own.Images.Count, CountRight(card.Id), CountRight(served), own.Trained), null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.NotMeasured(log, e, card.Id, card.Training?.Job, served);
            return (null, $"The new or the served model could not be evaluated on the images of the job's uploaded data sets: {Words(e)}");
        }

        int CountRight(string model)
        {
            using var classifier = store.Load(model, device.Choice, 1)[0];
            return (int)Math.Round(EvaluationResult.Measure(classifier, own.Images, cancellation).Accuracy * own.Images.Count);
        }
    }

    /// <param name="promotes">Whether the model is to be promoted. If <c>false</c>, the method does nothing and returns <c>true</c>.</param>
    /// <param name="served">Id of the model that the new model was compared with; <c>null</c> if no model was served.</param>
    /// <param name="failure">Reason why the promotion failed; <c>null</c> if the promotion succeeded or was not attempted.</param>
    /// <returns><c>false</c> if another model than <paramref name="served"/> is served now. Otherwise <c>true</c>, even if the promotion failed.</returns>
    private bool TryPromote(bool promotes, string id, string? served, out string? failure)
    {
        failure = null;
        if (!promotes) return true;
        try
        {
            return publisher.TryPromote(id, served);
        }
        catch (Exception e)
        {
            Log.NotPromoted(log, e, id);
            failure = $"The promotion failed: {Words(e)}";
            return true;
        }
    }

    /// <summary>Returns the text that clients get for an error. Messages of libtorch and the file system are only logged.</summary>
    private static string Words(Exception e) => e is ModelFormatException or ServiceUnavailableException ? e.Message : "the service's log has the reason.";

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Model {Model} could not be promoted; the served model is unchanged. Fix the cause, "
            + "then promote the model with POST /models/ID/promote")]
        public static partial void NotPromoted(ILogger log, Exception exception, string model);

        [LoggerMessage(LogLevel.Error, "Model {Model} of training job {Job} could not be compared with the served model {Served} on the images of the "
            + "job's uploaded data sets. Unless the promotion policy of the job is always, the model is not promoted. Fix the cause, "
            + "then promote the model with POST /models/ID/promote")]
        public static partial void NotMeasured(ILogger log, Exception exception, string model, string? job, string served);
    }
}

/// <summary>
/// The images of a job's uploaded data sets on which the job's model is compared with the served model. These are the held-out images, and all images of data
/// sets from which no images are held out because they have fewer than 100.
/// </summary>
/// <param name="Images">The images, with their true digits.</param>
/// <param name="Trained">
/// Number of elements of <paramref name="Images"/> that are also training images of the model: all images of the data sets from which none are held out.
/// </param>
internal sealed record OwnImages(LabeledImages Images, int Trained);

/// <summary>The requested model does not exist.</summary>
internal sealed class ModelNotFoundException : Exception;
