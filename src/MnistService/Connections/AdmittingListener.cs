using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace MnistService.Connections;

/// <summary>
/// Accepts connections and passes each connection to Kestrel when <see cref="ConnectionAdmission"/> admits it. A dedicated thread empties the kernel's accept
/// queue: on the thread pool, accepting would wait behind the work of connections that were accepted earlier.
/// </summary>
/// <param name="socket">A bound socket on which <c>Listen</c> has been called.</param>
internal sealed class AdmittingListener(Socket socket, SocketTransportOptions options, ConnectionAdmission admission, ILogger logger) : IConnectionListener
{
    /// <summary>
    /// Milliseconds to wait after a failed accept, for example while the process has no free file descriptor, so that the thread does not spin in a loop of
    /// failing accepts.
    /// </summary>
    private const int AfterFailure = 10;

    private readonly Channel<Arrival> _admitted = Channel.CreateUnbounded<Arrival>(new() { SingleReader = true });
    private readonly SocketConnectionContextFactory _factory = new(
        new()
        {
            IOQueueCount = options.IOQueueCount,
            MaxReadBufferSize = options.MaxReadBufferSize,
            MaxWriteBufferSize = options.MaxWriteBufferSize,
            UnsafePreferInlineScheduling = options.UnsafePreferInlineScheduling,
            WaitForDataBeforeAllocatingBuffer = options.WaitForDataBeforeAllocatingBuffer,
        },
        logger);

    private volatile bool _isUnbound;

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    internal void Start() => new Thread(Run) { IsBackground = true, Name = "accept" }.Start();

    /// <summary>Admits or queues an accepted connection.</summary>
    internal void Add(Socket accepted) => admission.Enter(new Arrival(accepted, _admitted.Writer));

    private void Run()
    {
        while (!_isUnbound)
        {
            try
            {
                Add(socket.Accept());
            }
            catch (Exception e) // an unhandled exception on this thread would end the process
            {
                // If the client has reset its connection, the next connection is accepted immediately. After any other error this thread waits, because the
                // process usually lacks resources for another socket.
                if (!_isUnbound && e is not SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted }) Thread.Sleep(AfterFailure);
            }
        }
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _admitted.Reader.WaitToReadAsync(cancellationToken))
        {
            while (_admitted.Reader.TryRead(out var arrival))
            {
                admission.EndOpening();
                if (arrival.Connect(_factory, options.NoDelay) is { } context) return context;
            }
        }
        return null; // the listener was unbound: Kestrel stops accepting
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _isUnbound = true;
        socket.Dispose(); // interrupts the blocking Accept
        _admitted.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        _factory.Dispose();
    }
}
