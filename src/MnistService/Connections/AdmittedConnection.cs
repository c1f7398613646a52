namespace MnistService.Connections;

/// <summary>A connection, waiting or admitted, as <see cref="ConnectionAdmission"/> sees it. Once admitted, it is a feature of its requests.</summary>
/// <param name="arrival">What opens and closes it.</param>
/// <param name="admission">Who admits it.</param>
/// <param name="network">Where its client is.</param>
internal sealed class AdmittedConnection(IArrival arrival, ConnectionAdmission admission, ClientNetwork network)
{
    private const int NoRequest = 0, FirstRequest = 1, Answered = 2;

    private long _used;
    private int _kept, _progress, _inProgress, _requests;

    internal ClientNetwork Network => network;

    /// <summary>Its place in <see cref="OpenConnections"/>; -1 if it has none.</summary>
    internal int Index { get; set; } = -1;

    /// <summary>When the last request began, or else when the connection was admitted. In milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    internal long Used => Volatile.Read(ref _used);

    /// <summary>No request is being answered.</summary>
    internal bool IsIdle => Volatile.Read(ref _inProgress) == 0;

    internal bool HasRequest => Volatile.Read(ref _progress) != NoRequest;

    /// <summary>More than one request has begun.</summary>
    internal bool HasFurtherRequest => Volatile.Read(ref _requests) > 1;

    /// <summary>A request was answered, or a long answer has begun.</summary>
    internal bool IsAnswered => Volatile.Read(ref _progress) == Answered;

    /// <summary>It may not be closed for another: its request holds one of few places.</summary>
    internal bool IsKept => Volatile.Read(ref _kept) > 0;

    /// <summary>It has its place from now on.</summary>
    internal void Touch() => Volatile.Write(ref _used, Environment.TickCount64);

    /// <returns>False if it can no longer be opened.</returns>
    internal bool TryOpen() => arrival.TryOpen(this);

    internal void Close() => arrival.Close();

    /// <summary>It has ended. Its place is free.</summary>
    internal void Forget() => admission.Forget(this);

    /// <summary>A request has begun.</summary>
    internal void Begin(HttpResponse response)
    {
        Touch();
        Interlocked.Increment(ref _inProgress);
        if (_requests < 2) Interlocked.Increment(ref _requests);
        if (!HasRequest) Interlocked.CompareExchange(ref _progress, FirstRequest, NoRequest);
        response.OnCompleted(static connection =>
        {
            ((AdmittedConnection)connection).EndRequest();
            return Task.CompletedTask;
        }, this);
    }

    /// <summary>A request was answered.</summary>
    internal void EndRequest()
    {
        Interlocked.Decrement(ref _inProgress);
        StopCounting();
    }

    /// <summary>It no longer counts as an unanswered connection of its network.</summary>
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
    /// Protects the connection of a long answer (a download, a stream of events) from being closed for another one, until the answer is sent. At most a quarter
    /// of all connections are protected.
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
