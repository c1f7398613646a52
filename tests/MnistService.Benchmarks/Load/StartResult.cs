namespace MnistService.Benchmarks.Load;

/// <summary>One start of the service.</summary>
/// <param name="Reported">Seconds from the start of the process to readiness, as the service's log reports them.</param>
/// <param name="Seen">The same time as the benchmark measures it, including the creation of the process; seconds.</param>
/// <param name="Again">Same as <see cref="Reported"/>, for a second start with the data of the first.</param>
/// <param name="CsvGrowth">Growth of resident memory in bytes while the restarted service processed Kaggle's file as its first request.</param>
internal sealed record StartResult(double Reported, double Seen, double Again, long CsvGrowth);
