using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MnistService.Benchmarks.Soak;

/// <summary>
/// Clients that send invalid data or disconnect in the middle of a request. The service must answer invalid requests with a status between 400 and 499;
/// a damaged image may also get 200.
/// </summary>
internal sealed class SoakAttackers(HttpClient client, SoakImages pictures, SoakTally tally, SoakPlan plan)
{
    internal async Task AttackAsync(int seed, CancellationToken ended)
    {
        var random = new Random(seed);
        Func<Task>[] attacks =
        [
            () => RefusedAsync("damaged pictures", "/predict", new ByteArrayContent(Damaged(random)), mayPass: true),
            () => RefusedAsync("random bytes", "/predict", new ByteArrayContent(Bytes(random, 1 + random.Next(20_000)))),
            () => RefusedAsync("pictures that are too large", "/predict", new ByteArrayContent(Bytes(random, 11 << 20))),
            () => RefusedAsync("damaged CSVs", "/submissions", new ByteArrayContent(DamagedCsv(random))),
            () => RefusedAsync("CSVs of random bytes", "/submissions", new ByteArrayContent(Bytes(random, 100_000))),
            () => RefusedAsync("data sets that are none", "/datasets", new ByteArrayContent(Bytes(random, 50_000))),
            () => RefusedAsync("models that are none", "/models", new ByteArrayContent(Bytes(random, 50_000))),
            () => RefusedAsync("jobs with impossible settings", "/train", new StringContent("""{"epochs":-1,"learningRate":"NaN"}""", Encoding.UTF8, "application/json")),
            () => RefusedAsync("unknown addresses", "/train/none/cancel", new ByteArrayContent([])),
            () => LeaveAsync("clients that leave in a picture", "/predict", Damaged(random), random),
            () => LeaveAsync("clients that leave in a CSV", "/submissions", pictures.Csv.AsMemory(0, 2_000_000).ToArray(), random),
        ];
        for (; !ended.IsCancellationRequested; await Task.Delay(5 * plan.Pause, CancellationToken.None)) await attacks[random.Next(attacks.Length)]();
    }

    private async Task RefusedAsync(string what, string path, HttpContent body, bool mayPass = false)
    {
        try
        {
            using var answer = await client.PostAsync(path, body);
            tally.Count(what);
            var isRefused = (int)answer.StatusCode is >= 400 and < 500;
            if (!isRefused && !(mayPass && answer.StatusCode == HttpStatusCode.OK))
                tally.Complain($"{what}: {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }
        catch (HttpRequestException) // the service closes a connection when it does not read the body
        {
            tally.Count($"{what}, cut off");
        }
    }

    /// <summary>Sends a random part of the body, then closes or resets the connection (half of the cases each).</summary>
    private async Task LeaveAsync(string what, string path, byte[] body, Random random)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, client.BaseAddress!.Port);
        var head = Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nContent-Length: {body.Length}\r\n\r\n");
        await socket.SendAsync((byte[])[.. head, .. body.AsSpan(0, random.Next(body.Length))]);
        if (random.Next(2) == 0) socket.LingerState = new LingerOption(true, 0);
        tally.Count(what);
    }

    private byte[] Damaged(Random random)
    {
        var bytes = (byte[])pictures.Any(random).Bytes.Clone();
        for (var i = random.Next(1, 8); i > 0; i--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return random.Next(3) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    private byte[] DamagedCsv(Random random)
    {
        var bytes = pictures.Csv.AsSpan(0, 500_000).ToArray();
        bytes[random.Next(20_000, bytes.Length)] = (byte)'x'; // after the header; invalid at every position
        return bytes;
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
