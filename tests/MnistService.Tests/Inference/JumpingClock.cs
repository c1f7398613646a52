namespace MnistService.Tests.Inference;

/// <summary>A wall clock that is somewhere else at each reading, above a monotonic one that the test moves.</summary>
internal sealed class JumpingClock(TimeSpan jump) : TimeProvider
{
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _timestamp = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now += jump;

    public override long GetTimestamp() => _timestamp;

    public void Advance(TimeSpan time) => _timestamp += time.Ticks;
}
