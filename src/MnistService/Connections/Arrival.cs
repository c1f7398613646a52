using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace MnistService.Connections;

/// <summary>An accepted connection. It first waits until <see cref="ConnectionAdmission"/> admits it, and then until Kestrel takes it from a queue.</summary>
/// <param name="socket">The accepted socket. Kestrel creates no objects or buffers for the socket before <see cref="Connect"/>.</param>
/// <param name="admitted">The queue from which Kestrel takes admitted connections.</param>
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

    /// <summary>Creates Kestrel's connection context, which starts to read from the socket.</summary>
    /// <returns>The context; null if the service or the client has already closed the connection.</returns>
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
        catch (Exception e) when (e is SocketException or ObjectDisposedException) // client disconnected; if rethrown, Kestrel would stop accepting
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
        _context?.Abort(new ConnectionAbortedException("The connection is closed to make room for another connection."));
    }
}

/// <summary>An accepted connection, before and after it is passed to Kestrel.</summary>
internal interface IArrival
{
    /// <summary>IP address of the client; null for a Unix socket.</summary>
    IPAddress? Address { get; }

    /// <summary>Passes the connection to Kestrel. Called at most once, on any thread; does not block.</summary>
    /// <returns>False if Kestrel accepts no more connections.</returns>
    bool TryOpen(AdmittedConnection connection);

    /// <summary>Closes the connection, before or after <see cref="TryOpen"/>. Thread-safe; repeated calls do nothing.</summary>
    void Close();
}
