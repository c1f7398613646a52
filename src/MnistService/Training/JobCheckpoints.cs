using Microsoft.Extensions.Options;
using MnistService.Hosting;
using MnistService.Model.Storage;
using MnistService.Model.Training;

namespace MnistService.Training;

/// <summary>The checkpoint of each unfinished job, a file in the data directory named after the job.</summary>
internal sealed class JobCheckpoints(IOptions<DataOptions> data)
{
    private string Folder => Path.Combine(data.Value.Directory, "checkpoints");

    private string PathOf(string id) => Path.Combine(Folder, $"{id}.safetensors");

    /// <returns>Null for a job that has none: it begins at the beginning.</returns>
    /// <exception cref="ModelFormatException">It is damaged.</exception>
    internal Checkpoint? Find(string id) => CheckpointFile.Find(PathOf(id));

    internal void Write(string id, Checkpoint checkpoint)
    {
        AtomicFile.MakeDirectory(Folder);
        CheckpointFile.Write(PathOf(id), checkpoint);
    }

    /// <param name="id">As in the database; never a client's text.</param>
    internal void Delete(string id)
    {
        if (Directory.Exists(Folder)) File.Delete(PathOf(id));
    }
}
