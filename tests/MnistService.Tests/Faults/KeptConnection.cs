using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace MnistService.Tests.Faults;

/// <summary>One connection on which predictions are asked for one after the other, and nothing is asked twice.</summary>
internal sealed class KeptConnection : IDisposable
{
    private readonly TcpClient _socket = new();

    internal static async Task<KeptConnection> OpenAsync(Uri address)
    {
        var connection = new KeptConnection();
        await connection._socket.ConnectAsync(address.Host, address.Port, TestHttp.Cancellation);
        return connection;
    }

    /// <returns>The status line and the body; null when the server closed the connection without a byte of an answer.</returns>
    /// <exception cref="EndOfStreamException">It closed within an answer.</exception>
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
            // Closed already; what was answered before that is still to be read.
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
                read = 0; // reset
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
        // Chunked: a length in hexadecimal, a line end, the chunk, a line end; the last is empty.
        return body.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal) ? (head[0], body.Split("\r\n")[1].Trim()) : null;
    }
}
