using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace MnistService.Connections;

/// <summary>
/// Creates listeners that apply connection admission. Kestrel uses these listeners instead of its own socket listeners, for TCP and Unix sockets.
/// </summary>
internal sealed class AdmittingListenerFactory(IOptions<SocketTransportOptions> options, ConnectionAdmission admission, ILogger<AdmittingListener> logger)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint or UnixDomainSocketEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = Bind(endpoint);
        socket.Listen(options.Value.Backlog);
        var listener = new AdmittingListener(socket, options.Value, admission, logger);
        listener.Start();
        return ValueTask.FromResult<IConnectionListener>(listener);
    }

    private Socket Bind(EndPoint endpoint)
    {
        try
        {
            return options.Value.CreateBoundListenSocket(endpoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(e.Message, e); // Kestrel expects this exception type
        }
    }
}
