namespace MnistService.Security;

/// <summary>Ends a long-lived response, such as an event stream, when a change of the API keys makes its request unauthorized.</summary>
internal sealed class ApiKeyRevocation(ApiKeyStore store)
{
    /// <summary>Cancels <paramref name="ending"/> as soon as a change of the API keys makes the request unauthorized.</summary>
    /// <param name="http">The request. Its headers are read during this call only.</param>
    /// <param name="ending">
    /// The source to cancel. Never dispose this source: a concurrent change of the keys may cancel it even after the returned object is disposed.
    /// </param>
    /// <returns>An object that stops watching the keys when it is disposed.</returns>
    internal IDisposable CancelWhenRevoked(HttpContext http, CancellationTokenSource ending)
    {
        var watch = new Watch(store, ApiKeyAuthenticationHandler.ReadKey(http.Request.Headers).Text, AuthorizationPolicies.Of(http.GetEndpoint()), ending);
        store.Changed += watch.Check;
        watch.Check(); // the keys may have changed since the request was accepted
        return watch;
    }

    private sealed class Watch(ApiKeyStore store, string? presented, string? policy, CancellationTokenSource ending) : IDisposable
    {
        internal void Check()
        {
            if (!IsAccepted()) _ = ending.CancelAsync();
        }

        public void Dispose() => store.Changed -= Check;

        private bool IsAccepted() => store.Keys is not { } keys
            || (policy is not null && presented is not null && ApiKeyStore.Find(keys, presented)?.Meets(policy) == true);
    }
}
