using MnistService.Security;

namespace MnistService.Tests.Security;

/// <summary>Creates API keys with the command that operators use, and sends requests with a key.</summary>
internal static class Keys
{
    /// <summary>Path of the key file in the data directory of a test service.</summary>
    internal static string FileIn(string folder) => Path.Combine(folder, "data", "keys.json");

    /// <returns>The key in plain text.</returns>
    internal static string Add(string folder, string name, string scopes)
    {
        using var output = new StringWriter();
        using var notes = new StringWriter();
        Assert.True(new KeysCommand(FileIn(folder), output, notes).Execute(["add", name, scopes]) == 0, notes.ToString());
        return output.ToString().Trim();
    }

    internal static void Remove(string folder, string name) =>
        Assert.Equal(0, new KeysCommand(FileIn(folder), TextWriter.Null, TextWriter.Null).Execute(["remove", name]));

    /// <summary>Replaces an unreadable key file by a new one with a single key.</summary>
    /// <returns>The new key in plain text.</returns>
    internal static string Repair(string folder)
    {
        File.Delete(FileIn(folder));
        return Add(folder, "repaired", "predict");
    }

    internal static async Task<HttpResponseMessage> SendAsync(this HttpClient client, string method, string path, string? key = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (key is not null) request.Headers.Add("X-API-Key", key);
        foreach (var (name, value) in headers) Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await client.SendAsync(request, TestHttp.Cancellation);
    }
}
