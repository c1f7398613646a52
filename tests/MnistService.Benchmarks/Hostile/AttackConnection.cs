using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace MnistService.Benchmarks.Hostile;

/// <summary>A hostile connection. It is a plain socket, so that thousands of connections use few of the resources shared with the service.</summary>
internal sealed class AttackConnection : IDisposable
{
    private const int SmallBuffer = 4 << 10;

    private readonly AttackTarget _target;
    private readonly Socket _socket;

    private AttackConnection(AttackTarget target, Socket socket) => (_target, _socket) = (target, socket);

    internal static async Task<AttackConnection> OpenAsync(AttackTarget target, IPEndPoint from, IPEndPoint to, CancellationToken ended)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(from);
            await socket.ConnectAsync(to, ended);
            return new(target, socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Requests a receive buffer of 4 KiB, so that the kernel buffers little unread data.</summary>
    internal void LimitReceiveBuffer() => _socket.ReceiveBufferSize = SmallBuffer;

    internal async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ended)
    {
        while (bytes.Length > 0) bytes = bytes[await _socket.SendAsync(bytes, ended)..];
    }

    /// <summary>
    /// Reads one response and counts its status. A response without Content-Length is read until the service closes the connection, which throws
    /// <see cref="IOException"/>.
    /// </summary>
    /// <returns>The HTTP status code.</returns>
    /// <exception cref="IOException">The service closed the connection before the end of the response.</exception>
    internal async Task<int> ReadResponseAsync(CancellationToken ended)
    {
        var buffer = new byte[1 << 10]; // renting saves nothing: each connection needs its own buffer at the same time
        var (read, head) = (0, -1);
        while (head < 0)
        {
            var received = await _socket.ReceiveAsync(buffer.AsMemory(read), ended);
            if (received == 0) throw new IOException("The service closed a connection.");
            head = buffer.AsSpan(0, read += received).IndexOf("\r\n\r\n"u8);
            if (head < 0 && read == buffer.Length) Array.Resize(ref buffer, 2 * buffer.Length);
        }
        _ = Utf8Parser.TryParse(buffer.AsSpan("HTTP/1.1 ".Length), out int status, out _);
        _target.Count(status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var rest = Length(buffer.AsSpan(0, head)) - (read - head - 4);
        if (rest > buffer.Length) buffer = new byte[64 << 10];
        while (rest > 0)
        {
            var received = await _socket.ReceiveAsync(buffer, ended);
            if (received == 0) throw new IOException("The service closed a connection.");
            rest -= received;
        }
        return status;
    }

    public void Dispose() => _socket.Dispose();

    /// <returns>Length of the body in bytes; <see cref="long.MaxValue"/> if the response has no Content-Length.</returns>
    private static long Length(ReadOnlySpan<byte> head)
    {
        var header = "\r\nContent-Length: "u8;
        var at = head.IndexOf(header);
        return at >= 0 && Utf8Parser.TryParse(head[(at + header.Length)..], out long length, out _) ? length : long.MaxValue;
    }
}
