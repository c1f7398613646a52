namespace MnistService.Security;

/// <summary>Permissions of an API key. <see cref="Admin"/> includes all other scopes.</summary>
[Flags]
internal enum Scope
{
    /// <summary>No scope. No key has this value; <see cref="ScopeNames.Parse"/> returns this value for an invalid list.</summary>
    None = 0,

    /// <summary>The key permits predictions, submissions and read access to models.</summary>
    Predict = 1,

    /// <summary>The key permits operations on training jobs and data sets.</summary>
    Train = 2,

    /// <summary>The key permits changes to the model store and promotion of models, and everything that the other scopes permit.</summary>
    Admin = 4 | Train | Predict,
}
