using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace MnistService.Hosting.WarmUp;

/// <summary>Minimal HTTP/1.1 client for the HTTP warm-up. <see cref="HttpClient"/> is not used, because its JIT compilation would delay the startup.</summary>
internal sealed class WarmUpClient(Socket socket) : IDisposable
{
    private const int ResponseBytes = 16 << 10;

    private readonly byte[] _response = new byte[ResponseBytes];

    /// <summary>Sends a request and waits for the response.</summary>
    /// <param name="line">Method and path, for example <c>GET /health/live</c>.</param>
    /// <param name="body">Request body; empty for a request without a body.</param>
    /// <param name="inParts">Whether to send the headers and the body in separate writes, as many clients do for a body of several kilobytes.</param>
    /// <param name="key">API key; null if the service needs no key.</param>
    /// <returns>HTTP status of the response.</returns>
    internal int Send(string line, ReadOnlySpan<byte> body, bool inParts = false, string? key = null)
    {
        var length = body.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n") : "";
        var head = Encoding.ASCII.GetBytes($"{line} HTTP/1.1\r\nHost: localhost\r\n{length}{(key is null ? "" : $"X-API-Key: {key}\r\n")}\r\n");
        if (inParts)
        {
            socket.Send(head);
            Thread.Sleep(1); // so that Kestrel reads the headers alone
            SendAll(body);
        }
        else
        {
            SendAll([.. head, .. body]);
        }
        return Receive();
    }

    private void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[socket.Send(bytes)..];
    }

    private int Receive()
    {
        var received = 0;
        while (true)
        {
            var count = socket.Receive(_response, received, _response.Length - received, SocketFlags.None);
            if (count == 0) throw new IOException($"The server closed the connection after {received} bytes; expected a complete response.");
            received += count;
            if (IsComplete(_response.AsSpan(0, received))) return int.Parse(_response.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture);
        }
    }

    private static bool IsComplete(ReadOnlySpan<byte> response)
    {
        var end = response.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var head = response[..end];
        var body = response[(end + 4)..];
        var length = head.IndexOf("Content-Length: "u8);
        if (length < 0) return body.EndsWith("0\r\n\r\n"u8);
        var digits = head[(length + "Content-Length: ".Length)..];
        if (digits.IndexOf((byte)'\r') is >= 0 and var stop) digits = digits[..stop];
        return body.Length >= int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    public void Dispose() => socket.Dispose();
}
