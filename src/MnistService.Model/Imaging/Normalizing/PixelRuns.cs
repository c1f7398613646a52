namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Connects horizontal runs of pixels into regions (union-find). Each run is joined with the runs of the previous row that touch the run. Regions are numbered
/// in the row-major order of their first pixels.
/// </summary>
/// <param name="width">Width of the image in pixels.</param>
/// <param name="reach">0 if runs touch only where they have a column in common (4-connectivity); 1 if runs also touch diagonally (8-connectivity).</param>
internal sealed class PixelRuns(int width, int reach)
{
    private readonly List<(int Start, int End)> _runs = [];
    private readonly List<int> _parents = [];
    // _row: row of the run that was added last. _above: index of the first run of the previous row that may touch the next run. _current: index of the first
    // run of _row.
    private int _row = -1, _above, _current;

    /// <summary>
    /// The runs in the order in which they were added. <c>Start</c> is the row-major index of the run's first pixel. <c>End</c> is the index after the run's
    /// last pixel.
    /// </summary>
    public IReadOnlyList<(int Start, int End)> All => _runs;

    /// <summary>Adds a run. Runs must be added from left to right and from top to bottom.</summary>
    /// <param name="y">Row of the run, from 0.</param>
    /// <param name="left">First column of the run.</param>
    /// <param name="right">Column after the last column of the run.</param>
    public void Add(int y, int left, int right)
    {
        if (y != _row)
        {
            (_above, _current) = (y == _row + 1 ? _current : _runs.Count, _runs.Count);
            _row = y;
        }
        var (run, start, end) = (_runs.Count, y * width + left, y * width + right);
        _runs.Add((start, end));
        _parents.Add(run);
        while (_above < _current && _runs[_above].End + width + reach <= start) _above++; // this run of the previous row ends before the new run begins
        for (var other = _above; other < _current && _runs[other].Start + width < end + reach; other++) Join(run, other);
    }

    /// <returns><c>Labels</c>: for each run, the number of its region, counted from 0. <c>Count</c>: the number of regions.</returns>
    public (int[] Labels, int Count) Label()
    {
        var (labels, count) = (new int[_runs.Count], 0);
        for (var run = 0; run < labels.Length; run++)
        {
            var root = Root(run); // the first run of the same region
            labels[run] = root == run ? count++ : labels[root];
        }
        return (labels, count);
    }

    private void Join(int a, int b)
    {
        (a, b) = (Root(a), Root(b));
        _parents[Math.Max(a, b)] = Math.Min(a, b);
    }

    private int Root(int at)
    {
        while (_parents[at] != at) at = _parents[at] = _parents[_parents[at]]; // path halving
        return at;
    }
}
