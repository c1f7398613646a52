namespace MnistService.Security;

/// <summary>Endpoint metadata that states which scope a route needs. As soon as keys exist, routes without this metadata reject all requests.</summary>
/// <param name="Needs">Scope that the API key must have; null if no key is required.</param>
internal sealed record EndpointAccess(Scope? Needs);
