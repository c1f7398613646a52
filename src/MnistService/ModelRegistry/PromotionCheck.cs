using MnistService.Datasets;
using MnistService.Inference;
using MnistService.Model.Datasets;
using MnistService.Model.Evaluation;
using MnistService.Model.Registry;
using MnistService.Model.Weights;

namespace MnistService.ModelRegistry;

/// <summary>
/// Compares a candidate (a model that may be promoted) with the served and the shipped model. Collects the predictions of these models on the reference sets,
/// and applies the promotion rule to the predictions.
/// </summary>
/// <remarks>Loads networks and reads files: call this on a dedicated thread.</remarks>
internal sealed partial class PromotionCheck(
    ModelStore store, ComputeDevice device, ReferenceSets references, ILogger<PromotionCheck> log)
{
    /// <summary>Decides whether the promotion rule (src/decisions/0015) allows the promotion of a model.</summary>
    /// <param name="candidate">Card of the model that may be promoted.</param>
    /// <param name="served">Id of the served model; <c>null</c> if no model is served.</param>
    /// <param name="own">
    /// Comparison of the candidate with the served model on the images of the job's uploaded data sets; <c>null</c> if there is no such comparison.
    /// </param>
    /// <param name="cancellation">Checked between two batches of the evaluation.</param>
    internal PromotionVerdict Decide(ModelCard candidate, string? served, OwnComparison? own, CancellationToken cancellation)
    {
        var comparisons = new List<ReferenceComparison>();
        string? missing = null;
        try
        {
            var rivals = FindRivals(candidate.Id, served);
            if (rivals.Count == 0) return new(true, "No other model is served.", [], own);
            foreach (var source in references.Sources)
            {
                var loaded = new Lazy<ReferenceSet>(() => references.Load(source));
                var mine = Predict(candidate, source, loaded, cancellation).Outcomes();
                foreach (var (role, card) in rivals)
                {
                    var other = Predict(card, source, loaded, cancellation).Outcomes();
                    comparisons.Add(ReferenceComparison.Of(source.Id, source.Name, role, card.Id, mine, other));
                }
            }
        }
        catch (ReferenceUnavailableException e)
        {
            missing = e.Message;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.NotMeasured(log, e, candidate.Id);
            missing = "The new, the served or the shipped model could not be evaluated on the reference sets; the service's log has the reason.";
        }
        return PromotionRule.Decide(comparisons, own, missing);
    }

    /// <summary>
    /// Returns the available reference sets. <c>Seen</c> has one element per image: whether the new model was trained on the image. The result is stored with
    /// the model.
    /// </summary>
    /// <param name="training">
    /// Training images of the model; <c>null</c> if they are unknown. Then only <paramref name="startedFrom"/> determines the result.
    /// </param>
    /// <param name="startedFrom">Id of the model whose weights the training started with; <c>null</c> for random weights.</param>
    internal IReadOnlyList<(ReferenceSet Set, IReadOnlyList<bool> Seen)> FindSeen(LabeledImages? training, string? startedFrom)
    {
        var origin = startedFrom is null ? null : store.Find(startedFrom);
        return [.. references.LoadAvailable().Select(set => (set, (IReadOnlyList<bool>)SeenOf(set)))];

        bool[] SeenOf(ReferenceSet set)
        {
            var seen = training is null ? new bool[set.Images.Count] : set.FindSeen(training);
            if (origin is null) return seen;
            var inherited = FindStored(origin, new(set.Id, set.Name, set.Sha256))?.Outcomes() is { } outcomes ? [.. outcomes.Select(o => o is null)] : SeenByCard(origin, set);
            for (var i = 0; i < seen.Length; i++) seen[i] |= inherited[i];
            return seen;
        }
    }

    private List<(PromotionRival Role, ModelCard Card)> FindRivals(string candidate, string? served)
    {
        var rivals = new List<(PromotionRival, ModelCard)>();
        if (served is not null && served != candidate)
            rivals.Add((PromotionRival.Served, store.Find(served) ?? throw new ModelFormatException(
                $"The model cannot be compared with the served model '{served}', whose files are missing from the model store. "
                + "Restore the files, or promote another model with ?force=true.")));
        if (store.Shipped is { } shipped && shipped.Id != candidate && shipped.Id != served) rivals.Add((PromotionRival.Shipped, shipped));
        return rivals;
    }

    /// <summary>
    /// Returns the predictions of a model for a reference set. Uses the stored predictions if they were made for the current content (SHA-256) of the set.
    /// Otherwise computes the predictions.
    /// </summary>
    private ReferencePredictions Predict(ModelCard card, ReferenceSets.Source source, Lazy<ReferenceSet> loaded, CancellationToken cancellation)
    {
        if (FindStored(card, source) is { } stored) return stored;
        var set = loaded.Value;
        using var classifier = store.Load(card.Id, device.Choice, 1)[0];
        return ReferencePredictions.Measure(classifier, set, SeenByCard(card, set), cancellation);
    }

    private ReferencePredictions? FindStored(ModelCard card, ReferenceSets.Source source)
    {
        try
        {
            return store.FindReferences(card.Id).FirstOrDefault(p => p.Set == source.Id && p.Sha256 == source.Sha256);
        }
        catch (ModelFormatException e)
        {
            Log.NotRead(log, e, card.Id);
            return null; // as for a model without stored predictions
        }
    }

    /// <summary>
    /// Derives from a model card which images of a reference set the model was trained on. Used for models without stored predictions. If a model held out
    /// fewer MNIST images than the reference set contains, the model was trained on the first images of the set.
    /// </summary>
    /// <returns>[N] <c>true</c> if the model was trained on the image.</returns>
    private static bool[] SeenByCard(ModelCard card, ReferenceSet set)
    {
        var seen = new bool[set.Images.Count];
        if (set.Id == BuiltInDatasets.Mnist && card.Training?.ImagesOf(BuiltInDatasets.Mnist) is { } images)
            seen.AsSpan(0, Math.Clamp(images - (BuiltInDatasets.MnistImages - seen.Length), 0, seen.Length)).Fill(true);
        return seen;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Model {Model} could not be compared with the served and the shipped model on the reference sets, so the promotion rule "
            + "rejects it. Fix the cause that the exception names. If the model was not promoted, promote it with POST /models/ID/promote")]
        public static partial void NotMeasured(ILogger log, Exception exception, string model);

        [LoggerMessage(LogLevel.Warning, "The stored reference predictions of model {Model} cannot be read; they are computed again")]
        public static partial void NotRead(ILogger log, Exception exception, string model);
    }
}
