namespace MnistService.Inference;

/// <summary>
/// The network failed on this request. The cause is only in the log: its text can contain native stack traces and file paths, and this exception's
/// message is visible to clients.
/// </summary>
internal sealed class InferenceFailedException() : Exception("The network could not compute this request.");
