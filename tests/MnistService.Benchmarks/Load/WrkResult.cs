namespace MnistService.Benchmarks.Load;

/// <summary>What wrk saw in one window.</summary>
/// <param name="Requests">That were answered, well or badly.</param>
/// <param name="PerSecond">Of those that were answered well.</param>
/// <param name="MedianMs">Of the latencies of all.</param>
/// <param name="P99Ms">Their 99th percentile.</param>
/// <param name="BadStatus">Answers of status 400 and above; the servers send none between 300 and 399.</param>
/// <param name="SocketErrors">To connect, read, write, and answers that took more than 2 s.</param>
internal sealed record WrkResult(long Requests, double PerSecond, double MedianMs, double P99Ms, long BadStatus, long SocketErrors);
