namespace MnistService.Security;

/// <summary>Scopes as people and <c>keys.json</c> say them.</summary>
internal static class ScopeNames
{
    /// <summary>For messages.</summary>
    internal const string All = "predict, train, admin";

    private static readonly (string Name, Scope Scope)[] Names = [("predict", Scope.Predict), ("train", Scope.Train), ("admin", Scope.Admin)];

    /// <returns>None when a name is not one of <see cref="All"/>, or there is none.</returns>
    internal static Scope Parse(IEnumerable<string> names)
    {
        var scopes = Scope.None;
        foreach (var name in names)
        {
            var found = Names.FirstOrDefault(known => known.Name == name).Scope;
            if (found == Scope.None) return Scope.None;
            scopes |= found;
        }
        return scopes;
    }

    /// <returns>As few as say it: <c>admin</c> alone.</returns>
    internal static string[] Of(Scope scopes) =>
        scopes == Scope.Admin ? ["admin"] : [.. Names.Where(known => scopes.HasFlag(known.Scope)).Select(known => known.Name)];
}
