using System.Security.Cryptography;
using System.Text.Json;
using MnistService.Model.Evaluation;
using MnistService.Model.Files;
using MnistService.Model.Inference;
using MnistService.Model.Native;
using MnistService.Model.Weights;

namespace MnistService.Model.Registry;

/// <summary>
/// The models' folder: one sub-folder per version with <c>weights.safetensors</c>, <c>card.json</c>, <c>evaluation.json</c> and <c>references.json</c>, and
/// the files <c>current</c> and <c>previous</c> that name the served one and the one before it. A version appears whole, by the rename of
/// its folder, or not at all, and is gone in the same way. Several processes may share the folder.
/// </summary>
public sealed class ModelStore
{
    private const string Weights = "weights.safetensors", Card = "card.json", EvaluationFile = "evaluation.json", ReferencesFile = "references.json", CurrentFile = "current", PreviousFile = "previous";

    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    private readonly ModelCardCache _cards = new();

    public ModelStore(string directory) => DirectoryPath = Path.GetFullPath(directory);

    public string DirectoryPath { get; }

    /// <summary>The id of the model that should serve; null when none was ever chosen.</summary>
    /// <exception cref="ModelFormatException">The file that says so cannot be read.</exception>
    public string? CurrentId => ReadName(CurrentFile);

    /// <summary>The id of the model that was chosen before that one, to go back to; null when there was none, or it is gone.</summary>
    /// <exception cref="ModelFormatException">The file that says so cannot be read.</exception>
    public string? PreviousId => ReadName(PreviousFile) is { } id && File.Exists(PathOf(id, Card)) ? id : null;

    /// <summary>Every version with a readable card, newest first.</summary>
    public IReadOnlyList<ModelCard> List()
    {
        if (!Directory.Exists(DirectoryPath)) return [];
        return [.. Directory.EnumerateDirectories(DirectoryPath)
            .Select(folder => TryReadCard(Path.GetFileName(folder)))
            .OfType<ModelCard>()
            .OrderByDescending(card => card.CreatedAt).ThenByDescending(card => card.Id, StringComparer.Ordinal)];
    }

    /// <summary>The card of a version, or null when there is none of that id.</summary>
    /// <exception cref="ModelFormatException">The card is there but cannot be read.</exception>
    public ModelCard? Find(string id)
    {
        if (!Contains(id)) return null;
        try
        {
            return _cards.Read(id, PathOf(id, Card));
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return Contains(id) ? throw Unreadable($"The card of model '{id}'", e) : null; // or deleted meanwhile
        }
    }

    /// <summary>Reads a version and makes classifiers of it, each checked against the golden outputs, which also warms it up.</summary>
    /// <exception cref="ModelFormatException">It is not there, is damaged, or does not answer as recorded.</exception>
    public IReadOnlyList<IDigitClassifier> Load(string id, DeviceChoice device, int count)
    {
        var card = Find(id) ?? throw new ModelFormatException($"There is no model '{id}' in the model store.");
        var state = ReadWeights(card);
        var classifiers = DigitClassifiers.Create(id, card.Network, state, card.Scaling, device, count, card.Temperature);
        try
        {
            foreach (var classifier in classifiers) GoldenInputs.Verify(classifier, card.GoldenOutputs);
            return classifiers;
        }
        catch
        {
            foreach (var classifier in classifiers) classifier.Dispose();
            throw;
        }
    }

    /// <summary>Reads a version's weights.</summary>
    /// <exception cref="ModelFormatException">They are not there, or others than the card says.</exception>
    public StateDict ReadWeights(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(PathOf(card.Id, Weights));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable($"The {Weights} of model '{card.Id}'", e);
        }
        var checksum = Sha256(bytes);
        return checksum == card.WeightsSha256
            ? Safetensors.Read(bytes)
            : throw new ModelFormatException($"The weights of model '{card.Id}' have SHA-256 {checksum}; its card says {card.WeightsSha256}.");
    }

    /// <summary>Whether there is a version of this id, sound or damaged.</summary>
    public bool Contains(string id) => SortableId.IsWellFormed(id) && File.Exists(PathOf(id, Card));

    /// <summary>Opens a version's weights file, for a download. It can be read to its end although the version is deleted meanwhile.</summary>
    /// <returns>Null when there is no such version.</returns>
    /// <exception cref="ModelFormatException">The version is there, and its weights cannot be read.</exception>
    public FileStream? OpenWeights(string id)
    {
        if (!Contains(id)) return null;
        try
        {
            return new FileStream(PathOf(id, Weights), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0,
                FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Contains(id) ? throw Unreadable($"The {Weights} of model '{id}'", e) : null;
        }
    }

    /// <summary>Adds a version: measured, then written to a temporary folder, flushed, and renamed.</summary>
    /// <param name="describe">Makes the card from the checksum of the weights.</param>
    /// <param name="state">The weights.</param>
    /// <param name="test">The evaluation on the test images, kept whole beside the card; null when there was none.</param>
    /// <param name="references">The predictions on the reference sets, kept beside the card; null when there were none.</param>
    public ModelCard Add(Func<string, ModelCard> describe, StateDict state, EvaluationResult? test, IReadOnlyList<ReferencePredictions>? references = null)
    {
        ArgumentNullException.ThrowIfNull(describe);
        var weights = Safetensors.Write(state);
        var card = describe(Sha256(weights));
        AtomicFile.MakeDirectory(DirectoryPath);
        var temporary = Path.Combine(DirectoryPath, $".{card.Id}{AtomicFile.TemporaryEnding}");
        try
        {
            Directory.CreateDirectory(temporary);
            AtomicFile.WriteFlushed(Path.Combine(temporary, Weights), weights);
            AtomicFile.WriteFlushed(Path.Combine(temporary, Card), JsonSerializer.SerializeToUtf8Bytes(card, ModelJson.Options));
            if (test is not null)
                AtomicFile.WriteFlushed(Path.Combine(temporary, EvaluationFile), JsonSerializer.SerializeToUtf8Bytes(test, ModelJson.Options));
            if (references is { Count: > 0 })
                AtomicFile.WriteFlushed(Path.Combine(temporary, ReferencesFile), JsonSerializer.SerializeToUtf8Bytes(references, ModelJson.Options));
            Linux.FlushDirectory(temporary);
            Directory.Move(temporary, Path.Combine(DirectoryPath, card.Id));
        }
        catch
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
            throw;
        }
        Linux.FlushDirectory(DirectoryPath);
        return card;
    }

    /// <summary>Names the model that serves after the next start, and remembers the one before it.</summary>
    public void SetCurrent(string id)
    {
        var (before, beforeThat) = (CurrentId, ReadName(PreviousFile));
        if (before is null || before == id)
        {
            WriteName(CurrentFile, id);
            return;
        }
        WriteName(PreviousFile, before);
        try
        {
            WriteName(CurrentFile, id);
        }
        catch
        {
            if (beforeThat is not null) WriteName(PreviousFile, beforeThat);
            throw;
        }
    }

    /// <summary>Deletes a version. Who has loaded it keeps it.</summary>
    /// <returns>False when there is none of that id.</returns>
    public bool TryDelete(string id)
    {
        if (!SortableId.IsWellFormed(id) || !Directory.Exists(Path.Combine(DirectoryPath, id))) return false;
        _cards.Remove(id);
        // The rename takes it away at once and whole; a death in the deletion leaves what the next sweep takes.
        var leaving = Path.Combine(DirectoryPath, $".{id}.{Guid.NewGuid():n}{AtomicFile.TemporaryEnding}");
        try
        {
            Directory.Move(Path.Combine(DirectoryPath, id), leaving);
        }
        catch (DirectoryNotFoundException)
        {
            return false; // another was quicker
        }
        Directory.Delete(leaving, recursive: true);
        return true;
    }

    /// <summary>Deletes what processes that died left half written, an hour ago or more: another process may be writing now.</summary>
    public void Sweep()
    {
        if (!Directory.Exists(DirectoryPath)) return;
        foreach (var left in new DirectoryInfo(DirectoryPath).EnumerateFileSystemInfos($"*{AtomicFile.TemporaryEnding}"))
        {
            if (DateTime.UtcNow - left.LastWriteTimeUtc < Abandoned) continue;
            if (left is DirectoryInfo folder) folder.Delete(recursive: true);
            else left.Delete();
        }
    }

    /// <summary>The full evaluation on the test images, or null when none was kept.</summary>
    /// <exception cref="ModelFormatException">It is there but cannot be read.</exception>
    public EvaluationResult? FindEvaluation(string id)
    {
        if (!SortableId.IsWellFormed(id) || !File.Exists(PathOf(id, EvaluationFile))) return null;
        try
        {
            using var file = File.OpenRead(PathOf(id, EvaluationFile));
            return JsonSerializer.Deserialize<EvaluationResult>(file, ModelJson.Options);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return File.Exists(PathOf(id, EvaluationFile)) ? throw Unreadable($"The evaluation of model '{id}'", e) : null; // or deleted meanwhile
        }
    }

    /// <summary>The newest model that came with the service; null when the store has none.</summary>
    public ModelCard? Shipped => List().FirstOrDefault(card => card.Shipped);

    /// <summary>The predictions on reference sets that were stored with a version; empty when none were.</summary>
    /// <exception cref="ModelFormatException">They are there but cannot be read.</exception>
    public IReadOnlyList<ReferencePredictions> FindReferences(string id)
    {
        if (!SortableId.IsWellFormed(id) || !File.Exists(PathOf(id, ReferencesFile))) return [];
        try
        {
            using var file = File.OpenRead(PathOf(id, ReferencesFile));
            return JsonSerializer.Deserialize<List<ReferencePredictions>>(file, ModelJson.Options) ?? [];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException($"The reference predictions of model '{id}' cannot be read.", e);
        }
    }

    private ModelCard? TryReadCard(string id)
    {
        try
        {
            return Find(id);
        }
        catch (ModelFormatException)
        {
            return null; // a damaged version is not offered; loading it by name says what is wrong
        }
    }

    private string? ReadName(string file)
    {
        var path = Path.Combine(DirectoryPath, file);
        try
        {
            return File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } id ? id : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable($"The file '{file}' of the model store", e);
        }
    }

    private void WriteName(string file, string id) => AtomicFile.Replace(Path.Combine(DirectoryPath, file), System.Text.Encoding.ASCII.GetBytes(id + "\n"));

    private static ModelFormatException Unreadable(string what, Exception e) => new($"{what} cannot be read: {FileFailure.Describe(e)}", e);

    private string PathOf(string id, string file) => Path.Combine(DirectoryPath, id, file);

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
