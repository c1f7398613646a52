namespace MnistService.Tests.BadInputs;

/// <summary>It waits two seconds where the service by default waits ten or more, also for what the kernel has taken for a client of an answer.</summary>
public sealed class ImpatientService() : AttackedService(
    ("MnistService__Connections__HeadersTimeout", "00:00:02"), ("MnistService__Connections__Grace", "00:00:02"), ("MnistService__Connections__MinAnswerRate", "1000000"),
    ("MnistService__Submissions__MaxUploads", "4"), ("MnistService__Downloads__MaxConcurrent", "200"));
