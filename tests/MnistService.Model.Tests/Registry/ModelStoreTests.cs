using MnistService.Model.Architectures;
using MnistService.Model.Evaluation;
using MnistService.Model.Inference;
using MnistService.Model.Native;
using MnistService.Model.Registry;
using MnistService.Model.Tests.Inference;
using MnistService.Model.Weights;

namespace MnistService.Model.Tests.Registry;

public sealed class ModelStoreTests : IDisposable
{
    private static readonly DeviceChoice Cpu = new("cpu", "test");
    private readonly string _folder = Directory.CreateTempSubdirectory("model-store-").FullName;
    private readonly ModelStore _store;

    public ModelStoreTests()
    {
        TorchRuntime.Load();
        _store = new ModelStore(_folder);
    }

    [Fact]
    public void A_stored_model_is_listed_and_loads_as_often_as_asked()
    {
        Add("mlp-1");
        Assert.Equal("mlp-1", Assert.Single(_store.List()).Id);
        var classifiers = _store.Load("mlp-1", Cpu, 3);
        Assert.Equal(3, classifiers.Count);
        foreach (var classifier in classifiers) classifier.Dispose();
    }

    [Fact]
    public void Nothing_half_written_is_left_beside_a_stored_model()
    {
        Add("mlp-1");
        Assert.Equal(["card.json", "weights.safetensors"], Directory.GetFiles(Path.Combine(_folder, "mlp-1")).Select(Path.GetFileName).Order());
        Assert.Equal([Path.Combine(_folder, "mlp-1")], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Weights_of_another_checksum_are_not_loaded()
    {
        Add("mlp-1");
        var path = Path.Combine(_folder, "mlp-1", "weights.safetensors");
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains("SHA-256", Refusal("mlp-1"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_digit_score_is_stored_loaded_and_verified()
    {
        Add("mlp-1");
        var card = _store.Find("mlp-1")!;
        Assert.Null(_store.ReadScore(card));
        var score = DigitScoreTests.RandomScore(NetworkKind.Mlp, seed: 1);
        AddScore([0, 0, 0, 0]);
        Assert.Contains("The digit score of model 'mlp-1' (the probability that an image shows a digit) differs by up to", Refusal("mlp-1"), StringComparison.Ordinal);
        using (var right = DigitClassifiers.CreateOne("mlp-1", NetworkKind.Mlp, _store.ReadWeights(card), PixelScaling.Unit, Cpu, score: score)) AddScore(GoldenInputs.AskScore(right));
        using var classifier = _store.Load("mlp-1", Cpu, 1)[0];
        Assert.All(GoldenInputs.AskScore(classifier), probability => Assert.InRange(probability, 0, 1));

        var path = Path.Combine(_folder, "mlp-1", "digit-score.safetensors");
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.StartsWith("The file digit-score.safetensors of model 'mlp-1' has SHA-256", Refusal("mlp-1"), StringComparison.Ordinal);
        File.Delete(path);
        Assert.StartsWith("The file digit-score.safetensors of model 'mlp-1' cannot be read", Refusal("mlp-1"), StringComparison.Ordinal);

        void AddScore(IReadOnlyList<float> golden) => _store.AddScore("mlp-1", score, checksum => card with { DigitScore = new(checksum, 1, 1, 1, 1, golden) });
    }

    [Fact]
    public void A_card_that_is_replaced_by_hand_is_read_again()
    {
        Add("mlp-1");
        var before = _store.Find("mlp-1");
        Assert.Same(before, _store.Find("mlp-1"));
        var file = Path.Combine(_folder, "mlp-1", "card.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"id\": ", "\"id\":  ", StringComparison.Ordinal).Replace("\"id\":\"", "\"id\": \"", StringComparison.Ordinal));
        Assert.NotSame(before, _store.Find("mlp-1"));
        Directory.Delete(Path.Combine(_folder, "mlp-1"), recursive: true);
        Assert.Null(_store.Find("mlp-1"));
    }

    [Fact]
    public void A_model_that_does_not_answer_as_its_card_says_is_not_loaded()
    {
        Add("mlp-1", golden => [[1f, 0, 0, 0, 0, 0, 0, 0, 0, 0], .. golden.Skip(1)]);
        Assert.Contains("golden outputs", Refusal("mlp-1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("null")]
    public void A_damaged_card_is_not_listed_and_says_so_when_asked_for(string card)
    {
        Add("mlp-1");
        File.WriteAllText(Path.Combine(_folder, "mlp-1", "card.json"), card);
        Assert.Empty(_store.List());
        Assert.Throws<ModelFormatException>(() => _store.Find("mlp-1"));
    }

    [Theory]
    [InlineData("../mlp-1")]
    [InlineData("nowhere")]
    public void An_id_that_is_not_there_is_not_found(string id)
    {
        Add("mlp-1");
        Assert.Null(_store.Find(id));
        Assert.Contains("There is no model", Refusal(id), StringComparison.Ordinal);
    }

    [Fact]
    public void The_current_model_is_remembered()
    {
        Assert.Null(_store.CurrentId);
        _store.SetCurrent("mlp-1");
        _store.SetCurrent("mlp-2");
        Assert.Equal("mlp-2", new ModelStore(_folder).CurrentId);
    }

    [Fact]
    public void The_one_before_the_current_is_remembered_as_long_as_it_is_there()
    {
        foreach (var id in new[] { "mlp-1", "mlp-2" }) Add(id);
        _store.SetCurrent("mlp-1");
        Assert.Null(_store.PreviousId);
        _store.SetCurrent("mlp-2");
        _store.SetCurrent("mlp-2");
        Assert.Equal("mlp-1", _store.PreviousId);
        _store.TryDelete("mlp-1");
        Assert.Null(_store.PreviousId);
    }

    [Fact]
    public void A_choice_that_cannot_be_written_leaves_both_names_as_they_were()
    {
        foreach (var id in new[] { "mlp-1", "mlp-2", "mlp-3" }) Add(id);
        _store.SetCurrent("mlp-1");
        _store.SetCurrent("mlp-2");
        var current = Path.Combine(_folder, "current");
        Assert.SkipUnless(Run("mount", "--bind", current, current) == 0, "Root alone can make a file that can be read and not be replaced.");
        try
        {
            Assert.ThrowsAny<IOException>(() => _store.SetCurrent("mlp-3"));
            Assert.Equal(("mlp-2", "mlp-1"), (_store.CurrentId, _store.PreviousId));
        }
        finally
        {
            Run("umount", current);
        }

        static int Run(string command, params string[] arguments)
        {
            using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
    }

    [Fact]
    public void A_deleted_version_is_gone_and_its_id_is_no_path()
    {
        Add("mlp-1");
        Assert.False(_store.TryDelete("mlp-2"));
        Assert.False(_store.TryDelete("../" + Path.GetFileName(_folder)));
        Assert.True(_store.TryDelete("mlp-1"));
        Assert.False(_store.TryDelete("mlp-1"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void A_version_that_cannot_be_written_leaves_nothing()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "mlp-1"));
        File.WriteAllText(Path.Combine(_folder, "mlp-1", "in the way"), "");
        Assert.Throws<IOException>(() => Add("mlp-1"));
        Assert.Equal([Path.Combine(_folder, "mlp-1")], Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void What_the_dead_left_is_swept_when_it_is_old_enough_to_be_theirs()
    {
        var (old, young) = (Path.Combine(_folder, ".mlp-1.tmp"), Path.Combine(_folder, ".mlp-2.tmp"));
        foreach (var path in new[] { old, young }) Directory.CreateDirectory(path);
        Directory.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-2));
        _store.Sweep();
        Assert.Equal([young], Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void The_cards_temperature_is_applied()
    {
        Add("mlp-1", temperature: 0.5);
        using var classifier = _store.Load("mlp-1", Cpu, 1)[0];
        using var plain = new TorchDigitClassifier("mlp-1", NetworkKind.Mlp, _store.ReadWeights(_store.Find("mlp-1")!), PixelScaling.Unit, Cpu);
        var expected = new Predictions(GoldenInputs.Ask(plain)[0], [0]).At(0.5);
        Assert.Equal(expected.Probabilities, GoldenInputs.Ask(classifier)[0], (a, b) => Math.Abs(a - b) < 1e-5);
    }

    private string Refusal(string id) => Assert.Throws<ModelFormatException>(() => _store.Load(id, Cpu, 1)).Message;

    private void Add(string id, Func<float[][], IReadOnlyList<float>[]>? golden = null, double temperature = 1)
    {
        using var network = Network.Create(NetworkKind.Mlp);
        var state = Network.Export(network);
        using var classifier = new TorchDigitClassifier(id, NetworkKind.Mlp, state, PixelScaling.Unit, Cpu, temperature);
        var answers = GoldenInputs.Ask(classifier);
        _store.Add((checksum, _) => new ModelCard
        {
            Id = id,
            Network = NetworkKind.Mlp,
            Parameters = 204_042,
            CreatedAt = DateTimeOffset.UnixEpoch,
            WeightsSha256 = checksum,
            Temperature = temperature,
            GoldenOutputs = golden?.Invoke(answers) ?? answers,
        }, state, score: null, test: null);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
