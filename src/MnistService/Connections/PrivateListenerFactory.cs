using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace MnistService.Connections;

/// <summary>
/// Listener on a free loopback port that accepts only connections that this object opens. The HTTP warm-up uses this listener before Kestrel listens for
/// clients.
/// </summary>
internal sealed class PrivateListenerFactory(IOptions<SocketTransportOptions> options, ConnectionAdmission admission, ILogger<AdmittingListener> logger)
    : IConnectionListenerFactory, IAsyncDisposable
{
    private Socket? _socket;
    private AdmittingListener? _listener;

    /// <param name="endpoint">Ignored.</param>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        _socket = options.Value.CreateBoundListenSocket(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Listen(1);
        return ValueTask.FromResult<IConnectionListener>(_listener = new(_socket, options.Value, admission, logger)); // not started: only Connect accepts connections
    }

    public ValueTask DisposeAsync() => _listener?.DisposeAsync() ?? default;

    /// <summary>
    /// Opens a connection to Kestrel through this private listener. If another process connects to the listener's port, that connection is closed without
    /// reading from it.
    /// </summary>
    /// <param name="timeout">Maximum time in milliseconds until the connection is accepted; also the send and receive timeout of the returned socket.</param>
    /// <exception cref="TimeoutException">The listener did not receive the connection within the timeout.</exception>
    /// <exception cref="SocketException">The connection could not be established.</exception>
    internal Socket Connect(int timeout)
    {
        var socket = _socket ?? throw new InvalidOperationException("The listener is not bound; call BindAsync first.");
        var end = Environment.TickCount64 + timeout;
        while (socket.Poll(0, SelectMode.SelectRead)) socket.Accept().Close(0); // connections of other processes would fill the queue
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendTimeout = timeout, ReceiveTimeout = timeout };
        try
        {
            client.Connect(socket.LocalEndPoint!);
            while (end - Environment.TickCount64 is > 0 and var left && socket.Poll(TimeSpan.FromMilliseconds(left), SelectMode.SelectRead))
            {
                var accepted = socket.Accept();
                if (Equals(accepted.RemoteEndPoint, client.LocalEndPoint))
                {
                    _listener!.Add(accepted);
                    return client;
                }
                accepted.Close(0);
            }
            throw new TimeoutException($"A connection to {socket.LocalEndPoint} was not accepted within {timeout} ms.");
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}
