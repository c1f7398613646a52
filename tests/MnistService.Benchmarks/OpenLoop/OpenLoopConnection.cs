using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace MnistService.Benchmarks.OpenLoop;

/// <summary>A kept-alive connection with one request on its way at most. It understands as much of HTTP as the servers here speak.</summary>
internal sealed class OpenLoopConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _answer = new byte[1 << 16];
    private int _length;

    internal OpenLoopConnection(Uri server) => _socket.Connect(IPAddress.Parse(server.Host), server.Port);

    /// <summary>When the request should have been sent.</summary>
    internal TimeSpan Due { get; private set; }

    /// <summary>The socket's number in this process.</summary>
    internal int File => (int)_socket.Handle;

    internal void Send(ReadOnlySpan<byte> request, TimeSpan due)
    {
        (_length, Due) = (0, due);
        _socket.Send(request);
    }

    /// <summary>Takes what has come.</summary>
    /// <param name="status">Of the answer, once it is complete.</param>
    /// <returns>Whether the answer is complete.</returns>
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
        if (length < 0) return answer.EndsWith("\r\n0\r\n\r\n"u8); // the last of the chunks
        _ = Utf8Parser.TryParse(answer[(length + "\r\nContent-Length: "u8.Length)..], out int body, out _);
        return _length == head + 4 + body;
    }

    public void Dispose() => _socket.Dispose();
}
