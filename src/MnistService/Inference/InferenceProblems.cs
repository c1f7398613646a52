using MnistService.Http;

namespace MnistService.Inference;

/// <summary>
/// Problem types of requests whose images were not classified: the inference failed, the service is not ready, or the request waited in the queue longer than
/// its deadline.
/// </summary>
internal static class InferenceProblems
{
    internal static readonly ProblemType
        Failed = new(500, "inference_failed", "The inference failed",
            "The neural network could not classify the images of the request. The service's log contains the reason."),
        NotReady = new(503, "not_ready", "The service is not ready", "{0}",
            "No model in the model store has been promoted. Train a model with POST /train, or promote a stored model with POST /models/{id}/promote."),
        DeadlinePassed = new(504, "deadline_passed", "The request exceeded its deadline in the queue",
            "The images waited {0:f0} ms in a queue and were not classified; the deadline is {1:f0} ms (MnistService:Inference:Deadline). "
            + "Try again later.", 2010, 2000);

    internal static readonly ProblemType[] All = [Failed, NotReady, DeadlinePassed];
}
