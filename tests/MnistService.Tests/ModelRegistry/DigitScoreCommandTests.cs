using MnistService.Model.Registry;
using MnistService.ModelRegistry;

namespace MnistService.Tests.ModelRegistry;

/// <summary>The command <c>digit-score MODEL</c>. Its training is tested in the library.</summary>
public sealed class DigitScoreCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("digit-score-").FullName;

    [Theory]
    [InlineData(new[] { "digit-score" }, true)]
    [InlineData(new[] { "digit-score", "cnn-1" }, true)]
    [InlineData(new[] { "keys", "list" }, false)]
    public void It_is_recognized_by_its_name(string[] arguments, bool isCommand) => Assert.Equal(isCommand, DigitScoreCommand.Is(arguments));

    [Fact]
    public void Without_a_model_or_with_an_unknown_one_it_fails_and_says_why()
    {
        foreach (var arguments in new string[][] { ["digit-score"], ["digit-score", "a", "b"], ["digit-score", $"--MnistService:Models:Directory={_folder}"] })
        {
            var (code, usage) = Run(arguments);
            Assert.Equal(1, code);
            Assert.StartsWith("digit-score MODEL    trains the digit score", usage, StringComparison.Ordinal);
        }
        Assert.Equal((1, $"There is no model 'cnn-1' in {_folder}."), Run("digit-score", "cnn-1", $"--MnistService:Models:Directory={_folder}"));
    }

    [Fact]
    public void Without_MNIST_it_fails_and_changes_nothing()
    {
        ServiceFolder.CopyModels(_folder);
        var store = new ModelStore(_folder);
        var before = store.Find(store.CurrentId!)!.DigitScore;
        var data = Path.Combine(_folder, "data");
        Assert.Equal(
            (1, $"MNIST's four files are not in {data} or its folder 'mnist', or do not have their published lengths. Copy the files there: the digit score is trained on MNIST."),
            Run("digit-score", store.CurrentId!, $"--MnistService:Models:Directory={_folder}", $"--MnistService:Data:Directory={data}"));
        Assert.Equal(before!.Sha256, new ModelStore(_folder).Find(store.CurrentId!)!.DigitScore!.Sha256);
    }

    [Fact]
    public void It_replaces_the_score_of_a_model()
    {
        ServiceFolder.CopyModels(_folder);
        var data = Path.Combine(_folder, "data");
        ServiceFolder.LinkMnist(data);
        var store = new ModelStore(_folder);
        var before = store.Find(store.CurrentId!)!.DigitScore!;
        using var output = new StringWriter();
        var code = DigitScoreCommand.Run(
            ["digit-score", store.CurrentId!, $"--MnistService:Models:Directory={_folder}", $"--MnistService:Data:Directory={data}"], output, TextWriter.Null, steps: 20);
        Assert.Equal(0, code);
        Assert.Matches($@"^The digit score of model {store.CurrentId} accepts 99\.\d+\s?% of 5000 digits and rejects \d+\.\d+\s?% of 1000 non-digits\.$", output.ToString().Trim());
        var after = new ModelStore(_folder).Find(store.CurrentId!)!;
        Assert.NotEqual(before.Sha256, after.DigitScore!.Sha256);
        Assert.NotNull(new ModelStore(_folder).ReadScore(after)); // fails if the file does not have the checksum of the card
    }

    private static (int Code, string Error) Run(params string[] arguments)
    {
        using var errors = new StringWriter();
        return (DigitScoreCommand.Run(arguments, TextWriter.Null, errors), errors.ToString().Trim());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
