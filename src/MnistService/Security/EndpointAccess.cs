namespace MnistService.Security;

/// <summary>Who may call a route, as metadata beside it. A route that does not say is refused to everybody as soon as there are keys.</summary>
/// <param name="Needs">The scope that a key needs; null: no key is asked for.</param>
internal sealed record EndpointAccess(Scope? Needs);
