namespace MnistService.Security;

/// <summary>Ends long-lived responses, such as event streams, as soon as a change of the keys means that their request would be rejected.</summary>
internal sealed class ApiKeyRevocation(ApiKeyStore store)
{
    /// <summary>Cancels <paramref name="ending"/> as soon as the current keys would reject the request. Dispose the returned object to stop watching.</summary>
    /// <param name="http">The request. Its headers are read during this call only.</param>
    /// <param name="ending">The source to cancel. It must not be disposed, because it may be canceled at any time.</param>
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
