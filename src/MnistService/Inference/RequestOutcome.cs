namespace MnistService.Inference;

/// <summary>How a request ended, as the metrics count it.</summary>
internal static class RequestOutcome
{
    public const string Answered = "answered";
    public const string Refused = "refused";
    public const string Expired = "expired";
    public const string Abandoned = "abandoned";
    public const string Failed = "failed";
}
