namespace MnistService.Benchmarks.Load;

/// <summary>Time of a Kaggle file through the service, and of the forward pass alone for the same images.</summary>
/// <param name="Seconds">Seconds from the request on a new connection to the last byte of the response.</param>
/// <param name="ForwardSeconds">Seconds of ONNX Runtime's forward pass on the same images, in the fastest configuration.</param>
/// <param name="ForwardSetUp">Batch size, sessions and threads of the fastest configuration.</param>
/// <param name="ResidentBefore">Resident memory of the service before the request, in bytes.</param>
/// <param name="ResidentHighest">Peak resident memory of the service during the request, in bytes.</param>
internal sealed record CsvResult(double Seconds, double ForwardSeconds, string ForwardSetUp, long ResidentBefore, long ResidentHighest);
