using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace MnistService.Tests.Faults;

/// <summary>A keep-alive connection that sends prediction requests one after the other and never retries a request.</summary>
internal sealed class KeptConnection : IDisposable
{
    private readonly TcpClient _socket = new();

    internal static async Task<KeptConnection> OpenAsync(Uri address)
    {
        var connection = new KeptConnection();
        await connection._socket.ConnectAsync(address.Host, address.Port, TestHttp.Cancellation);
        return connection;
    }

    /// <summary>Sends a prediction request and reads the complete response.</summary>
    /// <returns>The status line and the body; <c>null</c> if the server closed the connection before the first byte of a response.</returns>
    /// <exception cref="EndOfStreamException">The server closed the connection within a response.</exception>
    internal async Task<(string Status, string Body)?> PredictAsync(byte[] picture)
    {
        var stream = _socket.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /predict HTTP/1.1\r\nHost: here\r\nAccept: text/plain\r\nContent-Length: {picture.Length}\r\n\r\n"), TestHttp.Cancellation);
            await stream.WriteAsync(picture, TestHttp.Cancellation);
        }
        catch (IOException)
        {
            // The server has closed the connection. A response that it sent before can still be read.
        }
        var answer = new StringBuilder();
        while (true)
        {
            var buffer = new byte[4096];
            int read;
            try
            {
                read = await stream.ReadAsync(buffer, TestHttp.Cancellation);
            }
            catch (IOException)
            {
                read = 0; // connection reset
            }
            if (read == 0) return answer.Length == 0 ? null : throw new EndOfStreamException($"The connection ended behind: {answer}");
            answer.Append(Encoding.ASCII.GetString(buffer, 0, read));
            if (Whole(answer.ToString()) is { } whole) return whole;
        }
    }

    public void Dispose() => _socket.Dispose();

    private static (string Status, string Body)? Whole(string answer)
    {
        if (answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) is not (>= 0 and var end)) return null;
        var (head, body) = (answer[..end].Split("\r\n"), answer[(end + 4)..]);
        var length = head.SingleOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase));
        if (length is not null) return body.Length == int.Parse(length[16..], CultureInfo.InvariantCulture) ? (head[0], body.Trim()) : null;
        // Chunked encoding: length in hexadecimal, CRLF, data, CRLF. The last chunk is empty.
        return body.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal) ? (head[0], body.Split("\r\n")[1].Trim()) : null;
    }
}
