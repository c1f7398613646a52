using System.Globalization;
using System.Text.Json;
using MnistService.Model.Files;
using MnistService.Model.Weights;

namespace MnistService.Model.Training;

/// <summary>
/// Stores a checkpoint in one safetensors file, which is replaced atomically. The values that are not tensors are in the metadata of the file.
/// </summary>
public static class CheckpointFile
{
    private const string Step = "step", Epochs = "epochs", Seconds = "seconds", EpochSeconds = "epochSeconds", Checksum = "sha256", Data = "dataSha256";

    public static void Write(string path, Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var metadata = new Dictionary<string, string>
        {
            [Step] = checkpoint.Step.ToString(CultureInfo.InvariantCulture),
            [Epochs] = JsonSerializer.Serialize(checkpoint.Epochs, ModelJson.Options),
            [Seconds] = checkpoint.Seconds.ToString("R", CultureInfo.InvariantCulture),
            [EpochSeconds] = checkpoint.EpochSeconds.ToString("R", CultureInfo.InvariantCulture),
            [Checksum] = ChecksumOf(checkpoint.State),
        };
        if (checkpoint.DataSha256 is not null) metadata[Data] = checkpoint.DataSha256;
        AtomicFile.Replace(path, Safetensors.Write(new StateDict(checkpoint.State.Tensors) { Metadata = metadata }));
    }

    /// <summary>Reads a checkpoint and verifies its checksum.</summary>
    /// <returns>The checkpoint; <c>null</c> if the file does not exist.</returns>
    /// <exception cref="ModelFormatException">The file is damaged or its metadata is incomplete.</exception>
    public static Checkpoint? Find(string path)
    {
        if (!File.Exists(path)) return null;
        var state = Safetensors.Read(File.ReadAllBytes(path));
        try
        {
            var said = state.Metadata;
            var checksum = ChecksumOf(state);
            if (said[Checksum] != checksum)
                throw new ModelFormatException($"The checkpoint {Path.GetFileName(path)} is damaged: its tensors have SHA-256 {checksum}; "
                    + $"expected {said[Checksum]}, as in its metadata.");
            return new(
                int.Parse(said[Step], NumberStyles.None, CultureInfo.InvariantCulture),
                JsonSerializer.Deserialize<List<EpochResult>>(said[Epochs], ModelJson.Options) ?? [],
                double.Parse(said[Seconds], CultureInfo.InvariantCulture),
                double.Parse(said[EpochSeconds], CultureInfo.InvariantCulture),
                state)
            { DataSha256 = said.GetValueOrDefault(Data) };
        }
        catch (Exception e) when (e is KeyNotFoundException or FormatException or OverflowException or JsonException)
        {
            throw new ModelFormatException(
                $"The checkpoint {Path.GetFileName(path)} has missing or invalid metadata; expected {Step}, {Epochs}, {Seconds}, {EpochSeconds} and {Checksum}.", e);
        }
    }

    private static string ChecksumOf(StateDict state)
    {
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        foreach (var tensor in state.Tensors) hash.AppendData(tensor.Bytes.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
