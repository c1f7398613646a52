namespace MnistService.Tests.Inference;

/// <summary>Blocks the first batch in the classifier until it is released, so that a test controls which requests are queued meanwhile.</summary>
internal sealed class Hold : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ManualResetEventSlim _reached = new();
    private readonly ManualResetEventSlim _released = new();

    public void FirstCall(byte[] pixels)
    {
        _reached.Set();
        Assert.True(_released.Wait(Patience), "The held batch was never released.");
    }

    public void WaitUntilReached() => Assert.True(_reached.Wait(Patience), "No batch reached the network.");

    public void Release() => _released.Set();

    public void Dispose()
    {
        _released.Set();
        _reached.Dispose();
        // _released is not disposed, because a worker may still be returning from its Wait.
    }
}
