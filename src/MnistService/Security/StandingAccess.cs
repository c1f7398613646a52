namespace MnistService.Security;

/// <summary>For answers that outlast a change of the keys: a request that was accepted with a key, or without one, ends when it would no longer be.</summary>
internal sealed class StandingAccess(KeyRing ring)
{
    /// <summary>Cancels <paramref name="ending"/> as soon as the keys in force would refuse the request, until what this returns is disposed.</summary>
    /// <param name="http">The request. Its headers are read now and not later.</param>
    /// <param name="ending">Must not be disposed: it may be cancelled at any time.</param>
    internal IDisposable EndWithKey(HttpContext http, CancellationTokenSource ending)
    {
        var needs = http.GetEndpoint()?.Metadata.GetMetadata<EndpointAccess>()?.Needs;
        var standing = new Standing(ring, PresentedKey.Of(http.Request.Headers).Text, needs, ending);
        ring.Changed += standing.Check;
        standing.Check(); // what changed since the request was accepted
        return standing;
    }

    private sealed class Standing(KeyRing ring, string? presented, Scope? needs, CancellationTokenSource ending) : IDisposable
    {
        internal void Check()
        {
            if (!IsAccepted()) _ = ending.CancelAsync();
        }

        public void Dispose() => ring.Changed -= Check;

        private bool IsAccepted() => needs is not { } scope || ring.Keys is not { } keys
            || (presented is not null && KeyRing.Find(keys, presented)?.Scopes.HasFlag(scope) == true);
    }
}
