namespace MnistService.Tests.BadInputs;

/// <summary>It waits two seconds where the service by default waits ten or more.</summary>
public sealed class ImpatientService() : AttackedService(
    ("MnistService__Connections__HeadersTimeout", "00:00:02"), ("MnistService__Connections__Grace", "00:00:02"), ("MnistService__Submissions__MaxUploads", "4"));
