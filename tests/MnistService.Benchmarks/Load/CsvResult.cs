namespace MnistService.Benchmarks.Load;

/// <summary>Kaggle's file through the service, and the forward pass of the same pictures alone.</summary>
/// <param name="Seconds">From the request on a fresh connection to the last byte of the answer.</param>
/// <param name="ForwardSeconds">Of ONNX Runtime on the same pictures, at its best.</param>
/// <param name="ForwardSetUp">Which batch and threads that were.</param>
/// <param name="ResidentBefore">Bytes of the service's memory.</param>
/// <param name="ResidentHighest">While it read the file.</param>
internal sealed record CsvResult(double Seconds, double ForwardSeconds, string ForwardSetUp, long ResidentBefore, long ResidentHighest);
