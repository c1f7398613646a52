namespace MnistService.Security;

/// <summary>What a key may do. <see cref="Admin"/> includes the others.</summary>
[Flags]
internal enum Scope
{
    /// <summary>Nothing that needs a scope: any key will do.</summary>
    None = 0,

    /// <summary>Predictions, submissions, and reading models.</summary>
    Predict = 1,

    /// <summary>Jobs and data sets.</summary>
    Train = 2,

    /// <summary>Which models there are and which serves.</summary>
    Admin = 4 | Train | Predict,
}
