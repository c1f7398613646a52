using MnistService.Http;

namespace MnistService.Inference;

/// <summary>Errors of requests that wait for the network.</summary>
internal static class InferenceProblems
{
    internal static readonly ProblemType
        Failed = new(500, "inference_failed", "The inference failed", "The batch could not be computed; the service's log has the reason."),
        NotReady = new(503, "not_ready", "The service is not ready", "{0}", "The service is shutting down."),
        DeadlinePassed = new(504, "deadline_passed", "The request exceeded its deadline in the queue",
            "The request waited longer than MnistService:Inference:Deadline and was not computed.");

    internal static readonly ProblemType[] All = [Failed, NotReady, DeadlinePassed];
}
