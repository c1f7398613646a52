namespace MnistService.Tests.BadInputs;

/// <summary>
/// A service with connection timeouts of 2 s; the defaults are 10 s or more. The minimum response rate of 1 MB/s keeps the time short that the service grants
/// for bytes that the kernel has already buffered.
/// </summary>
public sealed class ImpatientService() : AttackedService(
    ("MnistService__Connections__HeadersTimeout", "00:00:02"), ("MnistService__Connections__Grace", "00:00:02"), ("MnistService__Connections__MinAnswerRate", "1000000"),
    ("MnistService__Submissions__MaxUploads", "4"), ("MnistService__Downloads__MaxConcurrent", "200"));
