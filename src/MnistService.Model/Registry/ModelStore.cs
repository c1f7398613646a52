using System.Text.Json;
using MnistService.Model.Architectures;
using MnistService.Model.Evaluation;
using MnistService.Model.Files;
using MnistService.Model.Inference;
using MnistService.Model.Native;
using MnistService.Model.Weights;

namespace MnistService.Model.Registry;

/// <summary>
/// The model store, a folder on disk. Each model version has a subfolder with <c>weights.safetensors</c>, <c>card.json</c> and optionally
/// <c>digit-score.safetensors</c>, <c>evaluation.json</c> and <c>references.json</c>. The files <c>current</c> and <c>previous</c> contain the ids of the last
/// two promoted models. Versions are added and removed by an atomic rename of their folder; only <see cref="AddScore"/> and <see cref="Rename"/> change a
/// stored version. Several processes may share the store.
/// </summary>
public sealed class ModelStore
{
    private const string CurrentFile = "current", PreviousFile = "previous";

    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    private readonly ModelCardCache _cards = new();
    private readonly ModelVersionFiles _files;

    public ModelStore(string directory)
    {
        DirectoryPath = Path.GetFullPath(directory);
        _files = new(DirectoryPath);
    }

    public string DirectoryPath { get; }

    /// <summary>Id of the model that was promoted last, which is loaded at startup; <c>null</c> if no model was ever promoted.</summary>
    /// <exception cref="ModelFormatException">The file <c>current</c> cannot be read.</exception>
    public string? CurrentId => ReadName(CurrentFile);

    /// <summary>
    /// Id of the model that was promoted before the current model, for a rollback; <c>null</c> if there was no such model, or if that model was deleted.
    /// </summary>
    /// <exception cref="ModelFormatException">The file <c>previous</c> cannot be read.</exception>
    public string? PreviousId => ReadName(PreviousFile) is { } id && Contains(id) ? id : null;

    /// <summary>Lists the cards of all model versions, newest first. Omits versions whose card cannot be read.</summary>
    public IReadOnlyList<ModelCard> List()
    {
        if (!Directory.Exists(DirectoryPath)) return [];
        return [.. Directory.EnumerateDirectories(DirectoryPath)
            .Select(folder => TryReadCard(Path.GetFileName(folder)))
            .OfType<ModelCard>()
            .OrderByDescending(card => card.CreatedAt).ThenByDescending(card => card.Id, StringComparer.Ordinal)];
    }

    /// <summary>Finds the card of a model version.</summary>
    /// <returns>The card; <c>null</c> if the version does not exist.</returns>
    /// <exception cref="ModelFormatException">The card exists but cannot be read, or it contains a different id.</exception>
    public ModelCard? Find(string id)
    {
        if (!Contains(id)) return null;
        try
        {
            return _cards.Read(id, _files.PathOf(id, ModelVersionFiles.Card));
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return Contains(id) ? throw ModelVersionFiles.Unreadable($"The card of model '{id}'", e) : null; // null if the version was deleted concurrently
        }
    }

    /// <summary>
    /// Loads a model version and creates <paramref name="count"/> classifiers. Each classifier must reproduce the golden outputs: the probabilities that the
    /// card records for synthetic images. This check also warms up the classifier.
    /// </summary>
    /// <exception cref="ModelFormatException">The version does not exist, is damaged, or its outputs differ from the golden outputs.</exception>
    public IReadOnlyList<IDigitClassifier> Load(string id, DeviceChoice device, int count)
    {
        var card = Find(id) ?? throw new ModelFormatException($"There is no model '{id}' in the model store.");
        var classifiers = DigitClassifiers.Create(id, card.Network, ReadWeights(card), card.Scaling, device, count, card.Temperature, ReadScore(card));
        try
        {
            foreach (var classifier in classifiers)
            {
                GoldenInputs.Verify(classifier, card.GoldenOutputs);
                if (card.DigitScore is { } score) GoldenInputs.VerifyScore(classifier, score.GoldenOutputs);
            }
            return classifiers;
        }
        catch
        {
            foreach (var classifier in classifiers) classifier.Dispose();
            throw;
        }
    }

    /// <summary>Reads the weights of a model version and verifies their checksum.</summary>
    /// <exception cref="ModelFormatException">The weights cannot be read, or their SHA-256 differs from the card's.</exception>
    public StateDict ReadWeights(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        return _files.ReadTensors(card.Id, ModelVersionFiles.Weights, card.WeightsSha256);
    }

    /// <summary>Reads the digit score of a model version, which estimates whether an image shows a digit. Verifies the checksum of the file.</summary>
    /// <returns>The score; <c>null</c> if the version has none.</returns>
    /// <exception cref="ModelFormatException">The score cannot be read, does not match the network, or its SHA-256 differs from the card's.</exception>
    public DigitScore? ReadScore(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        return card.DigitScore is { } score ? new(card.Network, _files.ReadTensors(card.Id, ModelVersionFiles.Score, score.Sha256)) : null;
    }

    /// <summary>Returns whether the model version with this id has a card in the model store. The version may be damaged.</summary>
    public bool Contains(string id) => _files.Contains(id, ModelVersionFiles.Card);

    /// <summary>Opens the weights file of a model version for a download. The stream remains readable if the version is deleted concurrently.</summary>
    /// <returns>The stream; <c>null</c> if the version does not exist.</returns>
    /// <exception cref="ModelFormatException">The version exists, but its weights file cannot be opened.</exception>
    public FileStream? OpenWeights(string id) => Contains(id) ? _files.Open(id, ModelVersionFiles.Weights) : null;

    /// <summary>Adds a model version atomically: writes a temporary folder, flushes it to disk and renames it.</summary>
    /// <param name="describe">
    /// Creates the card. The first argument is the SHA-256 (hexadecimal) of the weights file. The second argument is the SHA-256 of the digit-score file, or
    /// <c>null</c> if the model has no digit score.
    /// </param>
    /// <param name="state">The weights, and the running statistics of batch norm.</param>
    /// <param name="score">The digit score; <c>null</c> for a model without a digit score.</param>
    /// <param name="test">The full evaluation on the test images, stored next to the card; <c>null</c> if the test images were not available.</param>
    /// <param name="references">
    /// The predictions for the reference sets, stored next to the card; <c>null</c> or empty if no reference set was available.
    /// </param>
    /// <returns>The card of the new model version.</returns>
    public ModelCard Add(
        Func<string, string?, ModelCard> describe, StateDict state, DigitScore? score, EvaluationResult? test, IReadOnlyList<ReferencePredictions>? references = null)
    {
        ArgumentNullException.ThrowIfNull(describe);
        var weights = Safetensors.Write(state);
        var scoreBytes = score is null ? null : Safetensors.Write(score.State);
        var card = describe(ModelVersionFiles.Sha256(weights), scoreBytes is null ? null : ModelVersionFiles.Sha256(scoreBytes));
        AtomicFile.MakeDirectory(DirectoryPath);
        var temporary = Path.Combine(DirectoryPath, $".{card.Id}{AtomicFile.TemporaryEnding}");
        try
        {
            Directory.CreateDirectory(temporary);
            AtomicFile.WriteFlushed(Path.Combine(temporary, ModelVersionFiles.Weights), weights);
            if (scoreBytes is not null) AtomicFile.WriteFlushed(Path.Combine(temporary, ModelVersionFiles.Score), scoreBytes);
            AtomicFile.WriteFlushed(Path.Combine(temporary, ModelVersionFiles.Card), JsonSerializer.SerializeToUtf8Bytes(card, ModelJson.Options));
            if (test is not null)
                AtomicFile.WriteFlushed(Path.Combine(temporary, ModelVersionFiles.Evaluation), JsonSerializer.SerializeToUtf8Bytes(test, ModelJson.Options));
            if (references is { Count: > 0 })
                AtomicFile.WriteFlushed(Path.Combine(temporary, ModelVersionFiles.References), JsonSerializer.SerializeToUtf8Bytes(references, ModelJson.Options));
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

    /// <summary>
    /// Adds a digit score to a model version, or replaces the existing score. The card refers to the new score only after the score file is complete. The
    /// version can therefore be loaded even if the process terminates earlier.
    /// </summary>
    /// <param name="describe">Creates the card. The argument is the SHA-256 (hexadecimal) of the digit-score file.</param>
    /// <exception cref="ModelFormatException">The version does not exist, or its card cannot be read.</exception>
    public ModelCard AddScore(string id, DigitScore score, Func<string, ModelCard> describe)
    {
        ArgumentNullException.ThrowIfNull(score);
        ArgumentNullException.ThrowIfNull(describe);
        var bytes = Safetensors.Write(score.State);
        var card = describe(ModelVersionFiles.Sha256(bytes));
        var before = Find(id) ?? throw new ModelFormatException($"There is no model '{id}' in the model store.");
        if (before.DigitScore is not null) WriteCard(before with { DigitScore = null });
        AtomicFile.Replace(_files.PathOf(id, ModelVersionFiles.Score), bytes);
        WriteCard(card);
        return card;
    }

    /// <summary>Changes the display name of a model version. The caller must ensure that the version is not deleted at the same time.</summary>
    /// <returns>The new card; <c>null</c> if the version does not exist.</returns>
    /// <exception cref="ModelFormatException">The card cannot be read.</exception>
    /// <exception cref="IOException">The new card cannot be written. The stored card is unchanged.</exception>
    public ModelCard? Rename(string id, string name)
    {
        if (Find(id) is not { } before) return null;
        var card = before with { Name = name };
        WriteCard(card);
        return card;
    }

    private void WriteCard(ModelCard card) => AtomicFile.Replace(_files.PathOf(card.Id, ModelVersionFiles.Card), JsonSerializer.SerializeToUtf8Bytes(card, ModelJson.Options));

    /// <summary>Sets the current model, which is loaded at the next startup. Records the former current model as the previous model, for a rollback.</summary>
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

    /// <summary>Deletes a model version. Classifiers that were created from this version remain usable.</summary>
    /// <returns><c>false</c> if the version does not exist.</returns>
    public bool TryDelete(string id)
    {
        if (!SortableId.IsWellFormed(id) || !Directory.Exists(Path.Combine(DirectoryPath, id))) return false;
        _cards.Remove(id);
        // The rename removes the version atomically. If the process terminates during the deletion, a later call of Sweep deletes the remaining files.
        var leaving = Path.Combine(DirectoryPath, $".{id}.{Guid.NewGuid():n}{AtomicFile.TemporaryEnding}");
        try
        {
            Directory.Move(Path.Combine(DirectoryPath, id), leaving);
        }
        catch (DirectoryNotFoundException)
        {
            return false; // deleted concurrently
        }
        Directory.Delete(leaving, recursive: true);
        return true;
    }

    /// <summary>
    /// Deletes temporary files and folders that terminated processes left behind. Keeps entries that were modified within the last hour, because another
    /// process may be writing them.
    /// </summary>
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

    /// <summary>Reads the stored evaluation of a model version on MNIST's test images.</summary>
    /// <returns>The evaluation; <c>null</c> if the version has no stored evaluation.</returns>
    /// <exception cref="ModelFormatException">The evaluation exists but cannot be read.</exception>
    public EvaluationResult? FindEvaluation(string id) => _files.FindJson<EvaluationResult>(id, ModelVersionFiles.Evaluation, "The evaluation");

    /// <summary>Card of the newest model that was shipped with the service; <c>null</c> if the store contains no shipped model.</summary>
    public ModelCard? Shipped => List().FirstOrDefault(card => card.Shipped);

    /// <summary>Reads the stored predictions of a model version for the images of the reference sets.</summary>
    /// <returns>The predictions; empty if the version has no stored predictions.</returns>
    /// <exception cref="ModelFormatException">The predictions exist but cannot be read.</exception>
    public IReadOnlyList<ReferencePredictions> FindReferences(string id) =>
        _files.FindJson<List<ReferencePredictions>>(id, ModelVersionFiles.References, "The reference predictions") ?? [];

    private ModelCard? TryReadCard(string id)
    {
        try
        {
            return Find(id);
        }
        catch (ModelFormatException)
        {
            return null; // List omits damaged versions; Find and Load report the error
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
            throw ModelVersionFiles.Unreadable($"The file '{file}' of the model store", e);
        }
    }

    private void WriteName(string file, string id) => AtomicFile.Replace(Path.Combine(DirectoryPath, file), System.Text.Encoding.ASCII.GetBytes(id + "\n"));

}
