namespace MnistService.Security;

/// <summary>Ends long-lived responses when the keys change: a request is canceled as soon as it would no longer be accepted.</summary>
internal sealed class StandingAccess(ApiKeyStore ring)
{
    /// <summary>Cancels <paramref name="ending"/> as soon as the current keys would reject the request. Dispose the returned object to stop watching.</summary>
    /// <param name="http">The request. Its headers are read during this call only.</param>
    /// <param name="ending">The source to cancel. It must not be disposed, because it may be canceled at any time.</param>
    internal IDisposable EndWithKey(HttpContext http, CancellationTokenSource ending)
    {
        var needs = http.GetEndpoint()?.Metadata.GetMetadata<EndpointAccess>()?.Needs;
        var standing = new Standing(ring, RequestApiKey.Of(http.Request.Headers).Text, needs, ending);
        ring.Changed += standing.Check;
        standing.Check(); // the keys may have changed since the request was accepted
        return standing;
    }

    private sealed class Standing(ApiKeyStore ring, string? presented, Scope? needs, CancellationTokenSource ending) : IDisposable
    {
        internal void Check()
        {
            if (!IsAccepted()) _ = ending.CancelAsync();
        }

        public void Dispose() => ring.Changed -= Check;

        private bool IsAccepted() => needs is not { } scope || ring.Keys is not { } keys
            || (presented is not null && ApiKeyStore.Find(keys, presented)?.Scopes.HasFlag(scope) == true);
    }
}
