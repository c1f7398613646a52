using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace MnistService.Benchmarks.OpenLoop;

/// <summary>
/// A persistent HTTP/1.1 connection with at most one outstanding request. It supports only the subset of HTTP that the measured servers use.
/// </summary>
internal sealed class OpenLoopConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _answer = new byte[1 << 16];
    private int _length;

    internal OpenLoopConnection(Uri server) => _socket.Connect(IPAddress.Parse(server.Host), server.Port);

    /// <summary>Scheduled send time of the current request.</summary>
    internal TimeSpan Due { get; private set; }

    /// <summary>File descriptor of the socket.</summary>
    internal int File => (int)_socket.Handle;

    internal void Send(ReadOnlySpan<byte> request, TimeSpan due)
    {
        (_length, Due) = (0, due);
        _socket.Send(request);
    }

    /// <summary>Reads the available bytes of the response; blocks if none are available.</summary>
    /// <param name="status">HTTP status of the response; valid only if the method returns <c>true</c>.</param>
    /// <returns><c>true</c> if the response is complete.</returns>
    /// <exception cref="IOException">The server closed the connection.</exception>
    internal bool TryReceive(out int status)
    {
        var received = _socket.Receive(_answer.AsSpan(_length));
        if (received == 0) throw new IOException("The server closed a connection.");
        _length += received;
        ReadOnlySpan<byte> answer = _answer.AsSpan(0, _length);
        status = 0;
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0) return false;
        _ = Utf8Parser.TryParse(answer["HTTP/1.1 ".Length..], out status, out _);
        var length = answer[..head].IndexOf("\r\nContent-Length: "u8);
        if (length < 0) return answer.EndsWith("\r\n0\r\n\r\n"u8); // the terminating chunk
        _ = Utf8Parser.TryParse(answer[(length + "\r\nContent-Length: "u8.Length)..], out int body, out _);
        return _length == head + 4 + body;
    }

    public void Dispose() => _socket.Dispose();
}
