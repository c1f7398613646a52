using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace MnistService.Connections;

/// <summary>A connection that waits at <see cref="ConnectionAdmission"/>, and then for the web server.</summary>
/// <param name="socket">The accepted socket. Until the connection is opened it is only this.</param>
/// <param name="admitted">Where the web server takes connections from.</param>
internal sealed class Arrival(Socket socket, ChannelWriter<Arrival> admitted) : IArrival
{
    private readonly Lock _gate = new();
    private ConnectionContext? _context;
    private AdmittedConnection? _connection;
    private bool _isClosed;

    public IPAddress? Address { get; } = (socket.RemoteEndPoint as IPEndPoint)?.Address;

    public bool TryOpen(AdmittedConnection connection)
    {
        _connection = connection;
        return admitted.TryWrite(this);
    }

    /// <summary>Creates the web server's connection, which begins to read.</summary>
    /// <returns>Null if it was closed meanwhile.</returns>
    internal ConnectionContext? Connect(SocketConnectionContextFactory factory, bool noDelay)
    {
        lock (_gate)
        {
            if (!_isClosed && TryCreate(factory, noDelay) is { } context)
            {
                context.Features.Set(_connection);
                return _context = context;
            }
        }
        _connection!.Forget();
        return null;
    }

    private ConnectionContext? TryCreate(SocketConnectionContextFactory factory, bool noDelay)
    {
        try
        {
            if (Address is not null) socket.NoDelay = noDelay;
            return factory.Create(socket);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException) // the client has closed it; thrown on, the web server would accept no more
        {
            socket.Dispose();
            return null;
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            if (_isClosed) return;
            _isClosed = true;
            if (_context is null) socket.Close(0); // resets the connection; unread and unsent bytes are discarded
        }
        _context?.Abort(new ConnectionAbortedException("The connection is closed to make room for another."));
    }
}
