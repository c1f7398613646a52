namespace MnistService.Inference;

/// <summary>
/// The network failed on this request. The cause is in the log and not in here: its text can hold native stack traces and
/// paths, and this exception travels to the client's side.
/// </summary>
internal sealed class InferenceFailedException() : Exception("The network could not compute this request.");
