namespace MnistService.Security;

/// <summary>Converts between scopes and their names in <c>keys.json</c>, commands and messages.</summary>
internal static class ScopeNames
{
    /// <summary>All scope names, separated by commas, for messages.</summary>
    internal const string List = "predict, train, admin";

    private static readonly (string Name, Scope Scope)[] Names = [("predict", Scope.Predict), ("train", Scope.Train), ("admin", Scope.Admin)];

    /// <summary>The names of all scopes, least privilege first.</summary>
    internal static IEnumerable<string> All => Names.Select(known => known.Name);

    /// <returns>The combined scopes; <see cref="Scope.None"/> if the list is empty or a name is not one of <see cref="All"/>.</returns>
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

    /// <returns>The shortest list of names that grants these scopes: for <see cref="Scope.Admin"/> only <c>admin</c>.</returns>
    internal static string[] Of(Scope scopes) =>
        scopes == Scope.Admin ? ["admin"] : [.. IncludedIn(scopes)];

    /// <returns>The name of each scope that these scopes include: for <see cref="Scope.Admin"/> all names.</returns>
    internal static IEnumerable<string> IncludedIn(Scope scopes) => Names.Where(known => scopes.HasFlag(known.Scope)).Select(known => known.Name);
}
