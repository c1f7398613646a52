namespace MnistService.Connections;

/// <summary>
/// A client connection, waiting or admitted, with the state that decides whether it is closed to make room for another connection. After admission, request
/// handlers can get this object from <c>HttpContext.Features</c>.
/// </summary>
/// <param name="arrival">The accepted socket, with operations to pass it to Kestrel and to close it.</param>
internal sealed class AdmittedConnection(IArrival arrival, ConnectionAdmission admission, ClientNetwork network)
{
    private const int NoRequest = 0, FirstRequest = 1, Answered = 2;

    private long _used;
    private int _kept, _progress, _inProgress, _requests;

    internal ClientNetwork Network => network;

    /// <summary>
    /// Position of this connection in the list of admitted connections; -1 if it is not in the list. Maintained by <see cref="ConnectionEviction"/>.
    /// </summary>
    internal int Index { get; set; } = -1;

    /// <summary>
    /// Start time of the latest request in milliseconds of <see cref="Environment.TickCount64"/>. Before the first request, this is the time of admission.
    /// </summary>
    internal long Used => Volatile.Read(ref _used);

    /// <summary>True while no request on the connection is in progress.</summary>
    internal bool IsIdle => Volatile.Read(ref _inProgress) == 0;

    internal bool HasRequest => Volatile.Read(ref _progress) != NoRequest;

    /// <summary>
    /// True after a second request has begun on this connection. An idle connection that has had only one request is closed sooner to make room for a new
    /// connection, because few clients send a second request.
    /// </summary>
    internal bool HasFurtherRequest => Volatile.Read(ref _requests) > 1;

    /// <summary>
    /// True after a response was completed, after the connection was closed, or after <see cref="Keep"/> was called for an upload or a long response.
    /// </summary>
    internal bool IsAnswered => Volatile.Read(ref _progress) == Answered;

    /// <summary>
    /// True while a request on this connection holds an upload slot or sends a protected long response. Such a connection is not closed to make room for
    /// another connection.
    /// </summary>
    internal bool IsKept => Volatile.Read(ref _kept) > 0;

    /// <summary>Sets <see cref="Used"/> to the current time.</summary>
    internal void Touch() => Volatile.Write(ref _used, Environment.TickCount64);

    /// <summary>Passes the admitted connection to Kestrel.</summary>
    /// <returns>False if the listener accepts no more connections.</returns>
    internal bool TryOpen() => arrival.TryOpen(this);

    internal void Close() => arrival.Close();

    /// <summary>Removes the closed connection from <see cref="ConnectionAdmission"/>, so that another connection can be admitted.</summary>
    internal void Forget() => admission.Forget(this);

    /// <summary>Records the start of a request, and its end when the response is completed.</summary>
    internal void Begin(HttpResponse response)
    {
        Touch();
        Interlocked.Increment(ref _inProgress);
        if (_requests < 2) Interlocked.Increment(ref _requests);
        if (!HasRequest) Interlocked.CompareExchange(ref _progress, FirstRequest, NoRequest);
        response.OnCompleted(static state =>
        {
            var response = (HttpResponse)state;
            response.HttpContext.Features.Get<AdmittedConnection>()!.EndRequest(response.StatusCode);
            return Task.CompletedTask;
        }, response);
    }

    /// <param name="status">Status code of the completed response.</param>
    internal void EndRequest(int status)
    {
        if (status < StatusCodes.Status400BadRequest) network.AddServed();
        Interlocked.Decrement(ref _inProgress);
        StopCounting();
    }

    /// <summary>
    /// Stops counting this connection in <see cref="ClientNetwork.Unanswered"/>, the number of connections without a completed response. Repeated calls do
    /// nothing.
    /// </summary>
    internal void StopCounting()
    {
        if (!IsAnswered && Interlocked.Exchange(ref _progress, Answered) != Answered) network.RemoveUnanswered();
    }

    internal void Keep()
    {
        StopCounting();
        Interlocked.Increment(ref _kept);
    }

    internal void Unkeep() => Interlocked.Decrement(ref _kept);

    /// <summary>
    /// Protects the connection of a long response (a download, an event stream) until the response is sent: the connection is not closed to make room for
    /// another connection. Does nothing if a quarter of the maximum number of connections is already protected.
    /// </summary>
    internal static void KeepUntilAnswered(HttpContext http)
    {
        if (http.Features.Get<AdmittedConnection>() is { } connection) connection.KeepUntilCompleted(http.Response);
    }

    private void KeepUntilCompleted(HttpResponse response)
    {
        if (!admission.TryProtect()) return;
        Keep();
        response.OnCompleted(() =>
        {
            Unkeep();
            admission.Unprotect();
            return Task.CompletedTask;
        });
    }
}
