using MnistService.Model.Datasets;
using MnistService.Model.Registry;
using MnistService.Model.Weights;
using MnistService.Startup;

namespace MnistService.ModelRegistry;

/// <summary>
/// The command <c>dotnet MnistService.dll digit-score MODEL</c>: trains the digit score of a stored model on MNIST and adds it to the model. The digit score is
/// a network that estimates the probability that an image shows a digit. Models from earlier versions of the service have none. A running service uses the new
/// digit score when it loads the model the next time.
/// </summary>
internal static class DigitScoreCommand
{
    /// <summary>
    /// Number of MNIST images on which the digit score is calibrated: the last 5,000 training images, which training jobs also hold out by default.
    /// </summary>
    private const int HeldOut = 5_000;

    private const int Steps = 6_000;

    private const string Usage =
        """
        digit-score MODEL    trains the digit score of a stored model on MNIST and adds it to the model; the service uses it when it loads the model again
        The command uses the settings of the service, for example --MnistService:Models:Directory=PATH.
        """;

    /// <summary>Whether the command-line arguments invoke the command <c>digit-score</c> instead of the service.</summary>
    internal static bool Is(string[] arguments) => arguments is ["digit-score", ..];

    /// <param name="arguments">The command-line arguments of the process, starting with <c>digit-score</c>.</param>
    /// <param name="output">Receives one line with the fractions of digits accepted and of non-digits rejected by the new digit score.</param>
    /// <param name="errors">Receives the reason for a failure.</param>
    /// <param name="steps">Number of training steps of the digit score.</param>
    /// <returns>The exit code of the process: 0 on success, 1 on failure.</returns>
    internal static int Run(string[] arguments, TextWriter output, TextWriter errors, int steps = Steps)
    {
        var words = arguments.TakeWhile(word => !word.StartsWith("--", StringComparison.Ordinal)).ToArray();
        if (words is not [_, var id]) return Fail(Usage);
        var configuration = WebApplication.CreateBuilder(arguments[words.Length..]).Configuration;
        var models = configuration.GetSection(ModelsOptions.Section).Get<ModelsOptions>() ?? new();
        var data = configuration.GetSection(DataOptions.Section).Get<DataOptions>() ?? new();
        try
        {
            var store = new ModelStore(models.Directory);
            if (store.Find(id) is not { } card) return Fail($"There is no model '{id}' in {store.DirectoryPath}.");
            if (MnistFiles.Find(data.Directory) is not { } folder)
                return Fail($"MNIST's four files are not in {data.Directory} or its folder 'mnist', or do not have their published lengths. "
                    + "Copy the files there: the digit score is trained on MNIST.");
            var train = MnistDataset.Load(folder).Train;
            var digits = train.Count - HeldOut;
            var score = ModelCandidate.AddScore(store, card, new(train.Slice(0, digits), steps), [train.Slice(digits, HeldOut)], CancellationToken.None).DigitScore!;
            output.WriteLine($"The digit score of model {id} accepts {score.Accepted:P2} of {score.Digits} digits and rejects {score.Rejected:P2} of {score.NonDigits} non-digits.");
            return 0;
        }
        catch (Exception e) when (e is ModelFormatException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return Fail(e.Message);
        }

        int Fail(string reason)
        {
            errors.WriteLine(reason);
            return 1;
        }
    }
}
