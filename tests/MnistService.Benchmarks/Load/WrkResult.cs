namespace MnistService.Benchmarks.Load;

/// <summary>Result of one run of wrk.</summary>
/// <param name="Requests">Number of responses with any status.</param>
/// <param name="PerSecond">Successful responses per second.</param>
/// <param name="MedianMs">Median latency of all responses, in milliseconds.</param>
/// <param name="P99Ms">99th percentile of the latency of all responses, in milliseconds.</param>
/// <param name="BadStatus">Number of responses with status 400 or above. The servers send no status between 300 and 399.</param>
/// <param name="SocketErrors">Number of connect, read and write errors, and of responses that took more than 2 s.</param>
internal sealed record WrkResult(long Requests, double PerSecond, double MedianMs, double P99Ms, long BadStatus, long SocketErrors);
