namespace MnistService.Inference;

/// <summary>Outcomes of a request: the values of the metrics tag <c>outcome</c>.</summary>
internal static class RequestOutcome
{
    public const string Answered = "answered";
    public const string Refused = "refused";
    public const string Expired = "expired";
    public const string Abandoned = "abandoned";
    public const string Failed = "failed";
}
