using System.Text.Json;
using System.Text.Json.Serialization;

namespace MnistService.Benchmarks.Peers;

/// <summary>What a peer answers: the same fields as the service, so that both send as many bytes.</summary>
internal sealed record PeerAnswer(int Digit, float Confidence, float[] Probabilities, string Model);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PeerAnswer))]
internal sealed partial class PeerJson : JsonSerializerContext;
