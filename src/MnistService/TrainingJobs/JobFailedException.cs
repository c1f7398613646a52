namespace MnistService.TrainingJobs;

/// <summary>A job cannot go on, for a reason that its owner can act on.</summary>
internal sealed class JobFailedException(string code, string detail, Exception? inner = null) : Exception(detail, inner)
{
    internal JobError Error { get; } = new(code, detail);
}
