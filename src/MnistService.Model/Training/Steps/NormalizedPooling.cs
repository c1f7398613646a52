using System.Runtime.CompilerServices;
using MnistService.Model.Simd;
using MnistService.Model.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistService.Model.Training.Steps;

/// <summary>
/// Fused ReLU, batch norm and 2×2 max pooling on the CPU, forward and backward. The fused code makes two passes over memory in each direction, fewer than
/// separate operations. The memory layout is channels-last, and each SIMD vector holds several channels.
/// </summary>
internal sealed unsafe class NormalizedPooling<TVector>
    where TVector : struct, IFloatVector<TVector>
{
    private const double Epsilon = 1e-5, Momentum = 0.1; // PyTorch's defaults for BatchNorm2d

    private readonly int _channels;
    private readonly float* _gamma, _beta, _gammaGradient, _betaGradient, _runningMean, _runningVariance;
    private readonly float[] _mean, _inverse;
    private Tensor? _input;   // [N,H,W,C] input of Forward
    private Tensor? _winners; // [N,H/2,W/2,C] values after ReLU that pooling selects: the largest of each window, or the smallest if gamma is negative

    /// <param name="norm">The batch norm layer. Its tensors must be contiguous, and must not move in memory, because this class keeps pointers to them.</param>
    internal NormalizedPooling(BatchNorm2d norm)
    {
        _channels = (int)norm.weight!.numel();
        if (_channels % TVector.Count != 0) throw new ArgumentException($"The batch norm has {_channels} channels; expected a multiple of {TVector.Count}.", nameof(norm));
        _gamma = Floats.Of(norm.weight);
        _beta = Floats.Of(norm.bias!);
        _gammaGradient = Floats.Of(norm.weight.grad!);
        _betaGradient = Floats.Of(norm.bias!.grad!);
        _runningMean = Floats.Of(norm.running_mean!);
        _runningVariance = Floats.Of(norm.running_var!);
        (_mean, _inverse) = (new float[_channels], new float[_channels]);
    }

    /// <summary>Applies ReLU, batch norm with the statistics of the batch, and max pooling. Updates the running statistics.</summary>
    /// <param name="activation">
    /// [N,C,H,W] input of ReLU, channels-last; H and W are even. <see cref="Backward"/> writes the gradient into the same memory.
    /// </param>
    /// <returns>[N,C,H/2,W/2], channels-last, without autograd history.</returns>
    internal Tensor Forward(Tensor activation)
    {
        using var noGrad = no_grad();
        _input = activation.detach().permute(0, 2, 3, 1).contiguous();
        var (n, h, w) = ((int)_input.shape[0], (int)_input.shape[1], (int)_input.shape[2]);
        _winners = empty([n, h / 2, w / 2, _channels], dtype: ScalarType.Float32);
        var output = empty([n, h / 2, w / 2, _channels], dtype: ScalarType.Float32);
        float* x = Floats.Of(_input), winners = Floats.Of(_winners), y = Floats.Of(output);
        fixed (float* mean = _mean, inverse = _inverse)
        {
            for (var c = 0; c < _channels; c += TVector.Count)
            {
                Measure(x + c, n, h * w, c);
                var scale = TVector.Load(_gamma + c) * TVector.Load(inverse + c);
                var shift = TVector.Load(_beta + c) - TVector.Load(mean + c) * scale;
                Pool(x + c, winners + c, y + c, n, h, w, scale, shift);
            }
        }
        return output.permute(0, 3, 1, 2);
    }

    /// <summary>Computes the gradient of the input of <see cref="Forward"/>, and adds the gradients of gamma and beta to the existing gradients.</summary>
    /// <param name="gradient">[N,C,H/2,W/2] gradient of the output.</param>
    /// <returns>[N,C,H,W] gradient. The gradient overwrites the input of <see cref="Forward"/> in memory.</returns>
    internal Tensor Backward(Tensor gradient)
    {
        using var noGrad = no_grad();
        using var outer = gradient.permute(0, 2, 3, 1).contiguous();
        var (n, h, w) = ((int)_input!.shape[0], (int)_input.shape[1], (int)_input.shape[2]);
        float* x = Floats.Of(_input), winners = Floats.Of(_winners!), dy = Floats.Of(outer);
        fixed (float* means = _mean, inverses = _inverse)
        {
            for (var c = 0; c < _channels; c += TVector.Count)
            {
                var (sum, product) = Sum(dy + c, winners + c, n, h * w / 4);
                var (mean, inverse) = (TVector.Load(means + c), TVector.Load(inverses + c));
                var dGamma = inverse * (product - mean * sum);
                (TVector.Load(_gammaGradient + c) + dGamma).Store(_gammaGradient + c);
                (TVector.Load(_betaGradient + c) + sum).Store(_betaGradient + c);
                // dx = scale · (dy − mean(dy) − x̂ · mean(dy · x̂)), where x̂ is the standardized x; written as scale · dy + slope · x + constant
                var scale = TVector.Load(_gamma + c) * inverse;
                var count = TVector.Broadcast(n * h * w);
                var slope = -scale * inverse * dGamma / count;
                var constant = -scale * sum / count - slope * mean;
                Unpool(x + c, winners + c, dy + c, n, h, w, scale, slope, constant);
            }
        }
        var result = _input.permute(0, 3, 1, 2);
        (_input, _winners) = (null, null);
        return result;
    }

    /// <summary>
    /// Computes the mean and the inverse standard deviation after ReLU, and updates the running statistics. Processes as many channels as a SIMD vector has
    /// lanes, from channel <paramref name="c"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // without AggressiveOptimization, tiered compilation would run unoptimized code in the first steps
    private void Measure(float* x, int n, int area, int c)
    {
        float* sum = stackalloc float[TVector.Count], square = stackalloc float[TVector.Count];
        double* sums = stackalloc double[TVector.Count], squares = stackalloc double[TVector.Count];
        for (var picture = 0; picture < n; picture++, x += area * _channels)
        {
            TVector sum0 = default, sum1 = default, square0 = default, square1 = default;
            for (var i = 0; i < area; i += 2)
            {
                var a = TVector.Max(default, TVector.Load(x + i * _channels));
                var b = TVector.Max(default, TVector.Load(x + (i + 1) * _channels));
                (sum0, sum1) = (sum0 + a, sum1 + b);
                (square0, square1) = (TVector.MultiplyAdd(a, a, square0), TVector.MultiplyAdd(b, b, square1));
            }
            (sum0 + sum1).Store(sum);
            (square0 + square1).Store(square);
            for (var lane = 0; lane < TVector.Count; lane++)
            {
                sums[lane] += sum[lane];
                squares[lane] += square[lane];
            }
        }
        double count = n * area;
        for (var lane = 0; lane < TVector.Count; lane++)
        {
            var mean = sums[lane] / count;
            var variance = Math.Max(0, squares[lane] / count - mean * mean);
            _mean[c + lane] = (float)mean;
            _inverse[c + lane] = (float)(1 / Math.Sqrt(variance + Epsilon));
            _runningMean[c + lane] += (float)(Momentum * (mean - _runningMean[c + lane]));
            _runningVariance[c + lane] += (float)(Momentum * (variance * count / (count - 1) - _runningVariance[c + lane]));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pool(float* x, float* winners, float* y, int n, int h, int w, TVector scale, TVector shift)
    {
        var row = w * _channels;
        for (var line = 0; line < n * h / 2; line++, x += 2 * row)
        {
            for (var column = 0; column < w / 2; column++, winners += _channels, y += _channels)
            {
                var window = x + column * 2 * _channels;
                var a = TVector.Max(default, TVector.Load(window));
                var b = TVector.Max(default, TVector.Load(window + _channels));
                var c = TVector.Max(default, TVector.Load(window + row));
                var d = TVector.Max(default, TVector.Load(window + row + _channels));
                var largest = TVector.Max(TVector.Max(a, b), TVector.Max(c, d));
                var smallest = TVector.Min(TVector.Min(a, b), TVector.Min(c, d));
                var winner = TVector.Select(TVector.GreaterThan(default, scale), smallest, largest);
                winner.Store(winners);
                TVector.MultiplyAdd(winner, scale, shift).Store(y);
            }
        }
    }

    /// <returns>
    /// For each channel, the sum of dy and the sum of dy · winner. Here dy is the gradient of the output, and winner is the input of batch norm that pooling
    /// selected.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (TVector Sum, TVector Product) Sum(float* dy, float* winners, int n, int area)
    {
        var (sum, product) = (default(TVector), default(TVector));
        for (var picture = 0; picture < n; picture++)
        {
            var (sum1, product1) = (default(TVector), default(TVector));
            for (var i = 0; i < area; i++, dy += _channels, winners += _channels)
            {
                var g = TVector.Load(dy);
                sum1 += g;
                product1 = TVector.MultiplyAdd(g, TVector.Load(winners), product1);
            }
            (sum, product) = (sum + sum1, product + product1);
        }
        return (sum, product);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Unpool(
        float* x, float* winners, float* dy, int n, int h, int w, TVector scale, TVector slope, TVector constant)
    {
        var row = w * _channels;
        for (var line = 0; line < n * h / 2; line++, x += 2 * row)
        {
            for (var column = 0; column < w / 2; column++, winners += _channels, dy += _channels)
            {
                var (winner, left) = (TVector.Load(winners), TVector.Load(dy) * scale);
                // If values in a window are equal, the first one receives the whole gradient, as in libtorch.
                var window = x + column * 2 * _channels;
                Spread(window);
                Spread(window + _channels);
                Spread(window + row);
                Spread(window + row + _channels);

                [MethodImpl(MethodImplOptions.AggressiveInlining)]
                void Spread(float* place)
                {
                    var value = TVector.Load(place);
                    var wins = TVector.Equals(TVector.Max(default, value), winner);
                    var gradient = TVector.MultiplyAdd(value, slope, constant) + TVector.Where(wins, left);
                    left = TVector.WhereNot(wins, left);
                    TVector.Where(TVector.GreaterThan(value, default), gradient).Store(place);
                }
            }
        }
    }
}
