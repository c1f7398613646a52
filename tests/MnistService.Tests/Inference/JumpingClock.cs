namespace MnistService.Tests.Inference;

/// <summary>A time provider whose wall clock jumps at each reading. The test advances its monotonic timestamp.</summary>
internal sealed class JumpingClock(TimeSpan jump) : TimeProvider
{
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _timestamp = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now += jump;

    public override long GetTimestamp() => _timestamp;

    public void Advance(TimeSpan time) => _timestamp += time.Ticks;
}
