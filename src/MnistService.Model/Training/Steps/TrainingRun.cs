using System.Diagnostics;
using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Native;
using MnistService.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MnistService.Model.Training.Steps;

/// <summary>
/// All that a run carries from step to step: the network being trained and what goes with it. Owned by the training thread. On the
/// CPU a batch is divided among replicas of the network, a thread each: small operations gain nothing from two threads, halves do.
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    /// <summary>Normalisation over fewer pictures is too noisy.</summary>
    private const int FewestPerReplica = 32;

    private const string NetworkPrefix = "network.", AveragePrefix = "average.", Sums = "epoch.sums";

    private readonly TrainingSettings _settings;
    private readonly ThreadTeam _team;
    private readonly Replica[] _replicas;
    private readonly AdamW _optimizer;
    private readonly WeightAverage _average;
    private readonly LearningRate _schedule;
    private readonly RandomStreams _random;
    private readonly int[] _order; // of this epoch's pictures
    private readonly Tensor _sums; // [2] of this epoch: loss and right answers
    private readonly long _started = Stopwatch.GetTimestamp();
    private TimeSpan _before; // time of the run before it was taken up here

    /// <param name="threads">Most threads to use; those that a batch is too small for stay unused.</param>
    internal TrainingRun(TrainingSettings settings, LabelledImages training, Device device, int threads, int steps)
    {
        _settings = settings;
        _random = new RandomStreams(settings.Seed);
        _team = new ThreadTeam(device.type == DeviceType.CPU ? Math.Clamp(settings.BatchSize / FewestPerReplica, 1, threads) : 1);
        _replicas = new Replica[_team.Count];
        var distortions = settings.Mode == TrainingMode.Generator ? settings.Augmentation : null;
        var distortedSteps = (int)Math.Round(steps * (distortions?.Until ?? 0));
        for (var i = 0; i < _replicas.Length; i++)
            _replicas[i] = new Replica(settings, new PictureFeed(training, distortions, distortedSteps, _random), device, FirstOf(i + 1) - FirstOf(i), sharing: i == 0 ? null : First);
        _optimizer = new AdamW([.. _replicas.Select(r => r.Parameters)], settings.WeightDecay);
        _average = new WeightAverage(First.Network, First.Parameters, settings.WeightAverage);
        _schedule = new LearningRate(settings, steps);
        _order = new int[training.Count];
        _sums = zeros(2, dtype: ScalarType.Float32, device: device);
    }

    private Replica First => _replicas[0];

    /// <summary>Batches done.</summary>
    internal int Step { get; private set; }

    /// <summary>The passes that are finished.</summary>
    internal List<EpochResult> Epochs { get; } = [];

    /// <summary>Time of the run, also of what came before an interruption.</summary>
    internal TimeSpan Elapsed => _before + Stopwatch.GetElapsedTime(_started);

    /// <summary>When the unfinished pass began, on the same clock.</summary>
    internal TimeSpan EpochStarted { get; private set; }

    internal double LearningRate => _schedule.At(Step);

    internal long ParameterCount => Network.CountParameters(First.Network);

    /// <summary>Chooses the order of a pass.</summary>
    /// <param name="epoch">From 1.</param>
    /// <param name="isTakenUp">The pass goes on where a checkpoint left it.</param>
    internal void BeginEpoch(int epoch, bool isTakenUp)
    {
        var random = _random.Order(epoch);
        for (var i = 0; i < _order.Length; i++)
        {
            var place = random.Below(i + 1);
            (_order[i], _order[place]) = (_order[place], i);
        }
        if (isTakenUp) return;
        EpochStarted = Elapsed;
        using (no_grad()) _sums.zero_();
    }

    /// <summary>Learns from one batch.</summary>
    /// <param name="batch">Which of the pass's order, from 0.</param>
    internal void Learn(int batch)
    {
        var chosen = _order.AsMemory(batch * _settings.BatchSize, _settings.BatchSize);
        _team.Run(i => _replicas[i].Learn(chosen.Span[FirstOf(i)..FirstOf(i + 1)], Step, FirstOf(i)));
        Step++;
        var parameters = First.Parameters.Values.numel();
        _team.Run(i => Move(i, parameters * i / _team.Count, parameters * (i + 1) / _team.Count));
    }

    /// <returns>Where a replica's part of a batch begins.</returns>
    private int FirstOf(int replica) => _settings.BatchSize * replica / _team.Count;

    /// <summary>One thread's share of what comes after the gradients.</summary>
    private void Move(int thread, long from, long to)
    {
        _optimizer.Step(Step, _schedule.At(Step), from, to - from);
        _average.Update(Step, from, to - from);
        if (thread > 0) return;
        using var noGrad = no_grad();
        foreach (var replica in _replicas) _sums.add_(replica.Sums, Constants.One);
        var statistics = First.Parameters.Statistics; // each replica has seen its part: their mean is that of the batch
        foreach (var replica in _replicas.AsSpan(1)) statistics.add_(replica.Parameters.Statistics, Constants.One);
        using Scalar count = _replicas.Length;
        statistics.div_(count);
        foreach (var replica in _replicas.AsSpan(1)) replica.Parameters.Statistics.copy_(statistics);
        _average.UpdateStatistics(Step);
    }

    /// <returns>Of this pass so far: the summed loss, and the right answers.</returns>
    internal (float Loss, float Right) ReadSums()
    {
        using var scope = NewDisposeScope();
        var sums = _sums.cpu();
        return (sums[0].item<float>(), sums[1].item<float>());
    }

    /// <summary>The averaged weights.</summary>
    internal StateDict Export() => _average.Export();

    internal Checkpoint Save()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var state = new StateDict([
            .. Network.Export(First.Network).Tensors.Select(t => t with { Name = NetworkPrefix + t.Name }),
            .. _average.Save().Select(t => t with { Name = AveragePrefix + t.Name }),
            .. _optimizer.Save(),
            StateTensor.From(Sums, _sums),
        ]);
        return new(Step, [.. Epochs], Elapsed.TotalSeconds, (Elapsed - EpochStarted).TotalSeconds, state);
    }

    /// <exception cref="ModelFormatException">The checkpoint is of another network.</exception>
    internal void Load(Checkpoint checkpoint)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var state = checkpoint.State;
        Network.Import(First.Network, Under(NetworkPrefix, state)); // the others share its values
        foreach (var replica in _replicas.AsSpan(1)) replica.Parameters.Statistics.copy_(First.Parameters.Statistics);
        _average.Load(Under(AveragePrefix, state));
        _optimizer.Load(state);
        state.Require(Sums, _sums.shape, StateType.F32);
        _sums.copy_(state[Sums].ToTorch());
        (Step, _before) = (checkpoint.Step, TimeSpan.FromSeconds(checkpoint.Seconds));
        EpochStarted = Elapsed - TimeSpan.FromSeconds(checkpoint.EpochSeconds);
        Epochs.AddRange(checkpoint.Epochs);
    }

    /// <summary>Begins with these weights and statistics.</summary>
    /// <exception cref="ModelFormatException">They are of another network.</exception>
    internal void Begin(StateDict weights)
    {
        using var noGrad = no_grad();
        Network.Import(First.Network, weights); // the others share its values
        foreach (var replica in _replicas.AsSpan(1)) replica.Parameters.Statistics.copy_(First.Parameters.Statistics);
    }

    private static StateDict Under(string prefix, StateDict state) =>
        new(state.Tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(t => t with { Name = t.Name[prefix.Length..] }));

    public void Dispose()
    {
        _team.Dispose();
        _sums.Dispose();
        _average.Dispose();
        _optimizer.Dispose();
        for (var i = _replicas.Length - 1; i >= 0; i--) _replicas[i].Dispose();
    }
}
