using System.Text.Json;
using System.Text.Json.Serialization;

namespace MnistService.Benchmarks.Peers;

/// <summary>JSON response of a peer. It has the same fields as the service's response, so that both have about the same size.</summary>
internal sealed record PeerAnswer(int Digit, float Confidence, float[] Probabilities, string Model);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PeerAnswer))]
internal sealed partial class PeerJson : JsonSerializerContext;
