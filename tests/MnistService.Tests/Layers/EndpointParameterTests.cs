using System.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MnistService.Tests.Layers;

/// <summary>Endpoint handlers have few parameters: services that belong together are one <c>[AsParameters]</c> structure.</summary>
public sealed class EndpointParameterTests
{
    private const int Most = 5, FewestHandlers = 30;

    [Fact]
    public void A_handler_has_at_most_five_parameters()
    {
        using var application = new ServiceApplication();
        using var client = application.Start();
        var handlers = application.Services.GetRequiredService<EndpointDataSource>().Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<MethodInfo>())
            .OfType<MethodInfo>().ToList();
        Assert.True(handlers.Count >= FewestHandlers, $"{handlers.Count} handlers were found");
        var tooMany = handlers.Where(handler => handler.GetParameters().Length > Most)
            .Select(handler => $"{handler.DeclaringType!.Name}.{handler.Name} has {handler.GetParameters().Length} parameters");
        Assert.Empty(tooMany);
    }
}
