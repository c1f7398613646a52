using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace MnistService.Tests.BadInputs;

/// <summary>A client that sends exact bytes over a raw socket, including requests that no HTTP library would send.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Socket _socket;
    private readonly StreamReader _reader;
    private volatile bool _wasReset;

    private RawClient(Socket socket)
    {
        _socket = socket;
        _reader = new(new NetworkStream(socket), Encoding.Latin1); // one character per byte
    }

    /// <summary>A parsed HTTP response. The body is empty if Kestrel itself answered.</summary>
    internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
    {
        /// <summary>Asserts that the response is a problem with this status and code, and a detail without control characters.</summary>
        /// <returns>The problem document.</returns>
        internal JsonNode Problem(int status, string code)
        {
            Assert.True(Status == status, $"{Status} instead of {status}: {Body}");
            var problem = JsonNode.Parse(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(Body)))!;
            Assert.Equal((status, code), ((int)problem["status"]!, (string?)problem["code"]));
            Assert.DoesNotContain((string)problem["detail"]!, char.IsControl);
            return problem;
        }
    }

    /// <summary>True if the socket has unread bytes, or if the service has closed the connection.</summary>
    internal bool IsAnswered => _socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Opens a connection. Fails if that takes more than 60 s.</summary>
    /// <param name="address">Base address of the service.</param>
    /// <param name="receiveBuffer">Size of the socket's receive buffer in bytes; 0 for the kernel's default.</param>
    internal static async Task<RawClient> ConnectAsync(Uri address, int receiveBuffer = 0)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0) socket.ReceiveBufferSize = receiveBuffer;
        await socket.ConnectAsync(address.Host, address.Port, TestHttp.Cancellation).AsTask().WaitAsync(Patience, TestHttp.Cancellation);
        return new(socket);
    }

    /// <summary>Sends one request on a new connection and reads the response.</summary>
    internal static async Task<Answer> AskAsync(Uri address, byte[] request)
    {
        using var client = await ConnectAsync(address);
        await client.SendAsync(request);
        return await client.ReadAsync();
    }

    internal Task<bool> SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <returns><c>false</c> if the service has closed the connection.</returns>
    internal async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0) bytes = bytes[await _socket.SendAsync(bytes, TestHttp.Cancellation).AsTask().WaitAsync(Patience, TestHttp.Cancellation)..];
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Sends the pieces as HTTP chunks until a response arrives or all pieces are sent. Never sends the final chunk.</summary>
    /// <returns>Number of body bytes sent.</returns>
    internal async Task<long> SendChunksAsync(IEnumerable<byte[]> pieces)
    {
        var sent = 0L;
        foreach (var piece in pieces)
        {
            if (IsAnswered || !await SendAsync((byte[])[.. Encoding.ASCII.GetBytes($"{piece.Length:x}\r\n"), .. piece, (byte)'\r', (byte)'\n'])) break;
            sent += piece.Length;
        }
        return sent;
    }

    /// <summary>Reads one response, up to the end given by its <c>Content-Length</c> or its last chunk.</summary>
    internal Task<Answer> ReadAsync() => ReadAnswerAsync().WaitAsync(Patience, TestHttp.Cancellation);

    /// <summary>Reads until the service closes the connection.</summary>
    /// <returns>The text read. Empty if the connection was reset.</returns>
    internal async Task<string> ReadToEndAsync()
    {
        try
        {
            return await _reader.ReadToEndAsync(TestHttp.Cancellation).WaitAsync(Patience, TestHttp.Cancellation);
        }
        // The service closed the connection with unread request bytes, or the test reset it meanwhile.
        catch (Exception e) when (e is IOException || (e is ObjectDisposedException && _wasReset))
        {
            return "";
        }
    }

    /// <summary>Closes the connection with a TCP reset instead of an orderly shutdown.</summary>
    internal void Reset()
    {
        _wasReset = true;
        _socket.LingerState = new(true, 0);
        Dispose();
    }

    public void Dispose()
    {
        _socket.Dispose();
        _reader.Dispose();
    }

    private async Task<Answer> ReadAnswerAsync()
    {
        var status = int.Parse((await LineAsync()).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (string line; (line = await LineAsync()).Length > 0;) headers[line[..line.IndexOf(':', StringComparison.Ordinal)]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        if (headers.TryGetValue("Content-Length", out var length)) return new(status, headers, await TextAsync(int.Parse(length, System.Globalization.CultureInfo.InvariantCulture)));
        var body = new StringBuilder();
        if (headers.ContainsKey("Transfer-Encoding"))
        {
            for (int size; (size = Convert.ToInt32(await LineAsync(), 16)) > 0; await LineAsync()) body.Append(await TextAsync(size));
            await LineAsync();
        }
        return new(status, headers, body.ToString());
    }

    private async Task<string> LineAsync() => await _reader.ReadLineAsync(TestHttp.Cancellation) ?? throw new IOException("The service closed the connection within an answer.");

    private async Task<string> TextAsync(int length)
    {
        var text = new char[length];
        Assert.Equal(length, await _reader.ReadBlockAsync(text, TestHttp.Cancellation));
        return new(text);
    }
}
