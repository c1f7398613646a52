using System.Security.Cryptography;
using System.Text.Json;
using MnistService.Model.Inference;
using MnistService.Model.Runtime;
using MnistService.Model.Training;

namespace MnistService.Model.Storage;

/// <summary>
/// The models' folder: one sub-folder a version with <c>weights.safetensors</c>, <c>card.json</c> and <c>evaluation.json</c>, and
/// the file <c>current</c> that names the served one. A version appears whole, by the rename of its folder, or not at all.
/// </summary>
public sealed class ModelStore
{
    private const string Weights = "weights.safetensors", Card = "card.json", EvaluationFile = "evaluation.json", CurrentFile = "current";

    public ModelStore(string directory) => DirectoryPath = Path.GetFullPath(directory);

    public string DirectoryPath { get; }

    /// <summary>The id of the model that should serve; null when none was ever chosen.</summary>
    public string? CurrentId
    {
        get
        {
            var path = Path.Combine(DirectoryPath, CurrentFile);
            return File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } id ? id : null;
        }
    }

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
        if (!SortableId.IsWellFormed(id) || !File.Exists(PathOf(id, Card))) return null;
        try
        {
            using var file = File.OpenRead(PathOf(id, Card));
            var card = JsonSerializer.Deserialize<ModelCard>(file, ModelJson.Options);
            return card?.Id == id ? card : throw new ModelFormatException($"The card in folder '{id}' names another model, '{card?.Id}'.");
        }
        catch (JsonException e)
        {
            throw new ModelFormatException($"The card of model '{id}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a version and makes classifiers of it, each checked against the golden outputs, which also warms it up.</summary>
    /// <exception cref="ModelFormatException">It is not there, is damaged, or does not answer as recorded.</exception>
    public IReadOnlyList<IDigitClassifier> Load(string id, DeviceChoice device, int count)
    {
        var card = Find(id) ?? throw new ModelFormatException($"There is no model '{id}' in {DirectoryPath}.");
        if (!File.Exists(PathOf(id, Weights))) throw new ModelFormatException($"Model '{id}' has no {Weights}.");
        var bytes = File.ReadAllBytes(PathOf(id, Weights));
        var checksum = Sha256(bytes);
        if (checksum != card.WeightsSha256)
            throw new ModelFormatException($"The weights of model '{id}' have SHA-256 {checksum}; its card says {card.WeightsSha256}.");
        var state = Safetensors.Read(bytes);
        var classifiers = new List<IDigitClassifier>(count);
        try
        {
            for (var i = 0; i < count; i++)
            {
                classifiers.Add(new TorchDigitClassifier(id, card.Network, state, card.Scaling, device));
                GoldenInputs.Verify(classifiers[i], card.GoldenOutputs);
            }
            return classifiers;
        }
        catch
        {
            foreach (var classifier in classifiers) classifier.Dispose();
            throw;
        }
    }

    /// <summary>The bytes of a version's weights file, for a download; null when there is no such version.</summary>
    public FileStream? OpenWeights(string id) =>
        SortableId.IsWellFormed(id) && File.Exists(PathOf(id, Weights)) ? File.OpenRead(PathOf(id, Weights)) : null;

    /// <summary>Adds a version: measured, then written to a temporary folder, flushed, and renamed.</summary>
    /// <param name="describe">Makes the card from the checksum of the weights.</param>
    /// <param name="state">The weights.</param>
    /// <param name="test">The evaluation on the test images, kept whole beside the card; null when there was none.</param>
    public ModelCard Add(Func<string, ModelCard> describe, StateDict state, Evaluation? test)
    {
        ArgumentNullException.ThrowIfNull(describe);
        var weights = Safetensors.Write(state);
        var card = describe(Sha256(weights));
        Directory.CreateDirectory(DirectoryPath);
        var temporary = Path.Combine(DirectoryPath, $".{card.Id}.tmp");
        if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        Directory.CreateDirectory(temporary);
        AtomicFile.WriteFlushed(Path.Combine(temporary, Weights), weights);
        AtomicFile.WriteFlushed(Path.Combine(temporary, Card), JsonSerializer.SerializeToUtf8Bytes(card, ModelJson.Options));
        if (test is not null)
            AtomicFile.WriteFlushed(Path.Combine(temporary, EvaluationFile), JsonSerializer.SerializeToUtf8Bytes(test, ModelJson.Options));
        Directory.Move(temporary, Path.Combine(DirectoryPath, card.Id));
        return card;
    }

    /// <summary>Names the model that serves after the next start.</summary>
    public void SetCurrent(string id) => AtomicFile.Replace(Path.Combine(DirectoryPath, CurrentFile), System.Text.Encoding.ASCII.GetBytes(id + "\n"));

    /// <summary>The full evaluation on the test images, or null when none was kept.</summary>
    public Evaluation? FindEvaluation(string id)
    {
        if (!SortableId.IsWellFormed(id) || !File.Exists(PathOf(id, EvaluationFile))) return null;
        using var file = File.OpenRead(PathOf(id, EvaluationFile));
        return JsonSerializer.Deserialize<Evaluation>(file, ModelJson.Options);
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

    private string PathOf(string id, string file) => Path.Combine(DirectoryPath, id, file);

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
