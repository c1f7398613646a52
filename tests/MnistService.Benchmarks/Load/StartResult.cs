namespace MnistService.Benchmarks.Load;

/// <summary>One start of the service.</summary>
/// <param name="Reported">Seconds until it is ready, by its own log, from the start of its process.</param>
/// <param name="Seen">From outside, with the start of the process.</param>
/// <param name="Again">As <see cref="Reported"/>, of a second start on the data that the first one left.</param>
/// <param name="CsvGrowth">Bytes by which resident memory grew while it then read Kaggle's file as the first thing that it was asked.</param>
internal sealed record StartResult(double Reported, double Seen, double Again, long CsvGrowth);
