using System.Security.Cryptography;
using System.Text.Json;
using MnistService.Model.Files;
using MnistService.Model.Weights;

namespace MnistService.Model.Registry;

/// <summary>Reads the files of the model versions in a model store. The name of the folder of a version is its id.</summary>
/// <param name="directory">Full path of the model store.</param>
internal sealed class ModelVersionFiles(string directory)
{
    public const string Weights = "weights.safetensors", Score = "digit-score.safetensors", Card = "card.json", Evaluation = "evaluation.json", References = "references.json";

    public string PathOf(string id, string file) => Path.Combine(directory, id, file);

    /// <summary>Returns whether a model version has a file with this name; <c>false</c> if the id is not well-formed.</summary>
    public bool Contains(string id, string file) => SortableId.IsWellFormed(id) && File.Exists(PathOf(id, file));

    /// <summary>Reads a safetensors file of a model version, and verifies the checksum of the file.</summary>
    /// <param name="sha256">Expected SHA-256 of the file, hexadecimal.</param>
    /// <exception cref="ModelFormatException">The file cannot be read, or its SHA-256 differs from <paramref name="sha256"/>.</exception>
    public StateDict ReadTensors(string id, string file, string sha256)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(PathOf(id, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable($"The file {file} of model '{id}'", e);
        }
        var checksum = Sha256(bytes);
        return checksum == sha256
            ? Safetensors.Read(bytes)
            : throw new ModelFormatException($"The file {file} of model '{id}' has SHA-256 {checksum}; expected {sha256}, as in its card.");
    }

    /// <summary>Reads a JSON file of a model version.</summary>
    /// <param name="what">Description of the content for error messages, for example <c>The evaluation</c>.</param>
    /// <returns>The content; the default value if the version has no such file, or was deleted concurrently.</returns>
    /// <exception cref="ModelFormatException">The file exists but cannot be read.</exception>
    public T? FindJson<T>(string id, string file, string what)
    {
        if (!Contains(id, file)) return default;
        try
        {
            using var stream = File.OpenRead(PathOf(id, file));
            return JsonSerializer.Deserialize<T>(stream, ModelJson.Options);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return Contains(id, file) ? throw Unreadable($"{what} of model '{id}'", e) : default;
        }
    }

    /// <summary>Opens a file of a model version for a download. The stream remains readable if the version is deleted concurrently.</summary>
    /// <returns>The stream; <c>null</c> if the version was deleted concurrently.</returns>
    /// <exception cref="ModelFormatException">The file cannot be opened.</exception>
    public FileStream? Open(string id, string file)
    {
        try
        {
            return new FileStream(PathOf(id, file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0,
                FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Contains(id, Card) ? throw Unreadable($"The file {file} of model '{id}'", e) : null;
        }
    }

    /// <returns>SHA-256 of the bytes, as lower-case hexadecimal.</returns>
    public static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static ModelFormatException Unreadable(string what, Exception e) => new($"{what} cannot be read: {FileFailure.Describe(e)}", e);
}
