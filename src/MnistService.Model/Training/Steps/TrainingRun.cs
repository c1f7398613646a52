using System.Diagnostics;
using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Native;
using MnistService.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MnistService.Model.Training.Steps;

/// <summary>
/// The state of a training run: network replicas, optimizer, weight average (EMA) and progress. The training thread owns this object. On the CPU, a batch is
/// divided among replicas, with one thread per replica. Several threads within one operation would not be faster, because waking a thread takes as long as the
/// operation.
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    /// <summary>Minimum number of images per replica if a batch is divided among replicas. Batch statistics over fewer images are too noisy.</summary>
    private const int FewestPerReplica = 32;

    private const string NetworkPrefix = "network.", AveragePrefix = "average.", Sums = "epoch.sums";

    private readonly Hyperparameters _settings;
    private readonly ThreadTeam _team;
    private readonly Replica[] _replicas;
    private readonly AdamW _optimizer;
    private readonly ExponentialMovingAverage _average;
    private readonly LearningRateScheduler _scheduler;
    private readonly RandomStreams _random;
    private readonly ImageMixture _training;
    private readonly int[] _order; // indices of the training images, in the order of the current epoch
    private readonly Tensor _sums; // [2] sums over the current epoch: loss in nats and number of correct predictions
    private readonly long _started = Stopwatch.GetTimestamp();
    private TimeSpan _before; // duration of the run before it was resumed from a checkpoint

    /// <param name="threads">
    /// Maximum number of threads on the CPU. Fewer threads are used if a replica would otherwise have fewer than 32 images per batch.
    /// </param>
    /// <param name="steps">Total number of steps.</param>
    internal TrainingRun(Hyperparameters settings, ImageMixture training, Device device, int threads, int steps)
    {
        _settings = settings;
        _random = new RandomStreams(settings.Seed);
        _team = new ThreadTeam(device.type == DeviceType.CPU ? Math.Clamp(settings.BatchSize / FewestPerReplica, 1, threads) : 1);
        _replicas = new Replica[_team.Count];
        var distortions = settings.Mode == TrainingMode.Generator ? settings.Augmentation : null;
        var distortedSteps = (int)Math.Round(steps * (distortions?.Until ?? 0));
        for (var i = 0; i < _replicas.Length; i++)
            _replicas[i] = new Replica(settings, new ImageLoader(training.Images, distortions, distortedSteps, _random), device, FirstOf(i + 1) - FirstOf(i), sharing: i == 0 ? null : First);
        _optimizer = new AdamW([.. _replicas.Select(r => r.Parameters)], settings.WeightDecay);
        _average = new ExponentialMovingAverage(First.Network, First.Parameters, settings.WeightAverage);
        _scheduler = new LearningRateScheduler(settings, steps);
        (_training, _order) = (training, new int[training.EpochImages]);
        _sums = zeros(2, dtype: ScalarType.Float32, device: device);
    }

    private Replica First => _replicas[0];

    /// <summary>Number of completed steps (batches).</summary>
    internal int Step { get; private set; }

    /// <summary>Results of the completed epochs.</summary>
    internal List<EpochResult> Epochs { get; } = [];

    /// <summary>Duration of the run, including the time before an interruption.</summary>
    internal TimeSpan Elapsed => _before + Stopwatch.GetElapsedTime(_started);

    /// <summary>The value of <see cref="Elapsed"/> at the start of the current epoch.</summary>
    internal TimeSpan EpochStarted { get; private set; }

    internal double LearningRate => _scheduler.At(Step);

    internal long ParameterCount => Network.CountParameters(First.Network);

    /// <summary>
    /// Chooses the training images of an epoch and their order. Records the start time of the epoch, and resets the sums of the loss and of the correct
    /// predictions.
    /// </summary>
    /// <param name="epoch">Number of the epoch, from 1.</param>
    /// <param name="isTakenUp">Whether the epoch resumes from a checkpoint. If so, the start time and the sums of the epoch are kept.</param>
    internal void BeginEpoch(int epoch, bool isTakenUp)
    {
        _training.FillOrder(epoch, _random, _order);
        if (isTakenUp) return;
        EpochStarted = Elapsed;
        using (no_grad()) _sums.zero_();
    }

    /// <summary>Runs one training step on a batch.</summary>
    /// <param name="batch">Zero-based index of the batch in the epoch.</param>
    internal void Learn(int batch)
    {
        var chosen = _order.AsMemory(batch * _settings.BatchSize, _settings.BatchSize);
        _team.Run(i => _replicas[i].Learn(chosen.Span[FirstOf(i)..FirstOf(i + 1)], Step, FirstOf(i)));
        Step++;
        var parameters = First.Parameters.Values.numel();
        _team.Run(i => Move(i, parameters * i / _team.Count, parameters * (i + 1) / _team.Count));
    }

    /// <returns>Index, within the batch, of the first image that a replica processes.</returns>
    private int FirstOf(int replica) => _settings.BatchSize * replica / _team.Count;

    /// <summary>
    /// Updates the parameters in the range of one thread, and their moving average. Thread 0 also adds up the loss and the correct predictions of all replicas,
    /// and averages the replicas' running statistics of batch norm.
    /// </summary>
    private void Move(int thread, long from, long to)
    {
        _optimizer.Step(Step, _scheduler.At(Step), from, to - from);
        _average.Update(Step, from, to - from);
        if (thread > 0) return;
        using var noGrad = no_grad();
        foreach (var replica in _replicas) _sums.add_(replica.Sums, Constants.One);
        var statistics = First.Parameters.Statistics; // each replica updated its statistics with its part of the batch; all continue with the mean
        foreach (var replica in _replicas.AsSpan(1)) statistics.add_(replica.Parameters.Statistics, Constants.One);
        using Scalar count = _replicas.Length;
        statistics.div_(count);
        foreach (var replica in _replicas.AsSpan(1)) replica.Parameters.Statistics.copy_(statistics);
        _average.UpdateStatistics(Step);
    }

    /// <returns>Sums over the current epoch so far: the loss in nats and the number of correct predictions.</returns>
    internal (float Loss, float Right) ReadSums()
    {
        using var scope = NewDisposeScope();
        var sums = _sums.cpu();
        return (sums[0].item<float>(), sums[1].item<float>());
    }

    /// <summary>Returns the averaged weights and running statistics of batch norm (EMA).</summary>
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

    /// <summary>Resumes from a checkpoint.</summary>
    /// <exception cref="ModelFormatException">The checkpoint does not match the network.</exception>
    internal void Load(Checkpoint checkpoint)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var state = checkpoint.State;
        Network.Import(First.Network, Under(NetworkPrefix, state)); // the other replicas share the parameter values
        foreach (var replica in _replicas.AsSpan(1)) replica.Parameters.Statistics.copy_(First.Parameters.Statistics);
        _average.Load(Under(AveragePrefix, state));
        _optimizer.Load(state);
        state.Require(Sums, _sums.shape, StateType.F32);
        _sums.copy_(state[Sums].ToTorch());
        (Step, _before) = (checkpoint.Step, TimeSpan.FromSeconds(checkpoint.Seconds));
        EpochStarted = Elapsed - TimeSpan.FromSeconds(checkpoint.EpochSeconds);
        Epochs.AddRange(checkpoint.Epochs);
    }

    /// <summary>Starts from existing weights and running statistics of batch norm instead of random weights.</summary>
    /// <exception cref="ModelFormatException">The weights do not match the network.</exception>
    internal void Begin(StateDict weights)
    {
        using var noGrad = no_grad();
        Network.Import(First.Network, weights); // the other replicas share the parameter values
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
