using Microsoft.Extensions.Options;
using MnistService.Model.Datasets;
using MnistService.Model.Evaluation;
using MnistService.Model.Files;
using MnistService.Startup;

namespace MnistService.Datasets;

/// <summary>Settings under <c>MnistService:Promotion</c>: the reference sets of the promotion rule.</summary>
internal sealed class PromotionOptions
{
    internal const string Section = "MnistService:Promotion";

    /// <summary>
    /// Ids of up to 8 uploaded data sets on which the promotion rule compares models, in addition to the built-in reference sets. Default: none. Each data set
    /// must exist and have 1,351 to 100,000 images; otherwise the service does not start. With fewer images, the confidence bound of the accuracy loss is so
    /// wide that even a model with the same predictions as the served model fails the comparison.
    /// </summary>
    [SettingCount(8)]
    public string[] ReferenceSets { get; init; } = [];
}

[OptionsValidator]
internal sealed partial class PromotionOptionsValidator : IValidateOptions<PromotionOptions>;

/// <summary>
/// Loads the reference sets of the promotion rule: the last 5,000 training images of MNIST, the digits of <see cref="BuiltInDatasets.DrawHeldOutStrokes"/>, and
/// the uploaded data sets that the setting <c>ReferenceSets</c> lists. The service does not start if a listed data set does not exist, or if it has too few
/// or too many images (<see cref="PromotionOptions.ReferenceSets"/>).
/// </summary>
/// <remarks>
/// Thread-safe. <see cref="Load"/> and <see cref="LoadAvailable"/> block the calling thread while images are read or drawn, so call these methods on a
/// dedicated thread.
/// </remarks>
internal sealed partial class ReferenceSets(DatasetStore datasets, IOptions<DataOptions> data, IOptions<PromotionOptions> options, ILogger<ReferenceSets> log)
    : IHostedService
{
    private static Source[] BuiltIn =>
    [
        new(BuiltInDatasets.Mnist, "MNIST", ReferenceSet.MnistSha256),
        new(BuiltInDatasets.Strokes, "strokes", BuiltInDatasets.HeldOutStrokesSha256),
    ];

    /// <summary>
    /// Maximum number of images per reference set (78 MB of pixels). More images would hardly tighten the confidence bound of the model comparison.
    /// </summary>
    private const int MostImages = 100_000;

    private readonly Lock _gate = new();
    private ReferenceSet? _mnist; // 4 MB; stays in memory, because the images never change

    /// <summary>Ids, names and checksums of the reference sets. <see cref="Load"/> reads the images of one of them.</summary>
    /// <exception cref="ReferenceUnavailableException">
    /// A data set that the setting <c>ReferenceSets</c> lists does not exist, or has too few or too many images.
    /// </exception>
    internal IReadOnlyList<Source> Sources =>
    [
        .. BuiltIn, .. Named.Select(Find),
    ];

    private IEnumerable<string> Named => options.Value.ReferenceSets.Where(id => !BuiltIn.Any(source => source.Id == id)).Distinct(StringComparer.Ordinal);

    /// <summary>Loads all reference sets. If a set cannot be loaded, logs a warning and omits the set.</summary>
    internal IReadOnlyList<ReferenceSet> LoadAvailable()
    {
        var sets = new List<ReferenceSet>();
        foreach (var source in BuiltIn) Add(() => source);
        foreach (var id in Named) Add(() => Find(id));
        return sets;

        void Add(Func<Source> source)
        {
            try
            {
                sets.Add(Load(source()));
            }
            catch (ReferenceUnavailableException e)
            {
                Log.NotLoaded(log, e.Message);
            }
        }
    }

    /// <summary>Loads the images of a reference set.</summary>
    /// <exception cref="ReferenceUnavailableException">The images are missing, damaged or cannot be read.</exception>
    internal ReferenceSet Load(Source source)
    {
        if (source.Id == BuiltInDatasets.Mnist) return LoadMnist(source);
        if (source.Id == BuiltInDatasets.Strokes) return ReferenceSet.Create(source.Id, source.Name, BuiltInDatasets.DrawHeldOutStrokes());
        try
        {
            var (images, sha256) = datasets.ReadImages(source.Id);
            return new(source.Id, source.Name, sha256, images);
        }
        catch (DataChangedException e)
        {
            throw new ReferenceUnavailableException($"The reference set '{source.Name}' ({source.Id}) cannot be read. {e.Cause} "
                + $"Restore the file, or upload the data set again, replace {source.Id} in {PromotionOptions.Section}:ReferenceSets with the new id, and restart the service.", e);
        }
    }

    /// <summary>Checks the data sets that the setting <c>ReferenceSets</c> lists. Runs after the migration of the database.</summary>
    /// <exception cref="SettingException">A data set does not exist, or has too few or too many images.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var id in Named)
        {
            try
            {
                Find(id);
            }
            catch (ReferenceUnavailableException e)
            {
                throw new SettingException(e.Message);
            }
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private ReferenceSet LoadMnist(Source source)
    {
        lock (_gate)
        {
            if (_mnist is not null) return _mnist;
            if (MnistFiles.Find(data.Value.Directory) is not { } folder)
                throw new ReferenceUnavailableException($"MNIST's four files ({string.Join(", ", MnistFiles.All.Select(file => file.Name))}) are missing "
                    + "from the data directory, or do not have their published lengths, so models cannot be compared on MNIST. "
                    + $"Copy the files into the data directory, or set {DataOptions.Section}:Download to true and start a training job.");
            try
            {
                var set = ReferenceSet.Create(source.Id, source.Name, MnistDataset.LoadHeldOut(folder, ReferenceSet.MnistImages));
                return set.Sha256 == source.Sha256
                    ? _mnist = set
                    : throw new InvalidDataException($"MNIST's reference images have the SHA-256 {set.Sha256}; expected {source.Sha256}.");
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                throw new ReferenceUnavailableException(
                    $"MNIST's files cannot be used to compare models: {(e is InvalidDataException ? e.Message : FileFailure.Describe(e))} "
                    + "Replace the files in the data directory.", e);
            }
        }
    }

    private Source Find(string id)
    {
        return datasets.Find(id) switch
        {
            { Sha256: { } sha256, Images: >= PromotionRule.FewestImages and <= MostImages } summary => new(id, summary.Name ?? id, sha256),
            { Sha256: not null } summary => throw new ReferenceUnavailableException(FormattableString.Invariant(
                $"The setting {PromotionOptions.Section}:ReferenceSets lists '{id}', which has {summary.Images:n0} images; expected {PromotionRule.FewestImages:n0} to {MostImages:n0}. Remove the id from the setting.")),
            _ => throw new ReferenceUnavailableException($"The setting {PromotionOptions.Section}:ReferenceSets lists '{id}', "
                + "but there is no data set with this id. Remove the id from the setting."),
        };
    }

    /// <summary>Id, name and checksum of a reference set, before its images are loaded.</summary>
    internal readonly record struct Source(string Id, string Name, string Sha256);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning,
            "A reference set could not be loaded, so the new model is stored without predictions for it: {Reason} "
            + "The promotion rule rejects models until the set can be loaded")]
        public static partial void NotLoaded(ILogger log, string reason);
    }
}

/// <summary>A reference set of the promotion rule is missing or damaged, or has too few or too many images. The message is safe to show to clients.</summary>
internal sealed class ReferenceUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
