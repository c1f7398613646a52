using MnistService.Database;

namespace MnistService.TrainingJobs;

/// <summary>Fails the running job with an error code and a message that clients may see.</summary>
internal sealed class JobFailedException(string code, string detail, Exception? inner = null) : Exception(detail, inner)
{
    internal JobError Error { get; } = new(code, detail);
}
