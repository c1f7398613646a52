namespace MnistService.Benchmarks.Peers;

/// <summary>Reads the body and returns a constant prediction. It measures the cost of HTTP and JSON without inference.</summary>
internal static class EchoServer
{
    internal static Task<int> RunAsync() => PeerServer.RunAsync(_ => new PeerAnswer(7, 0.99916863f,
        [9.417145E-05f, 0.00012991001f, 3.8630937E-05f, 9.890792E-05f, 7.207916E-05f, 0.0001757451f, 9.04433E-05f, 0.99916863f, 6.637723E-05f, 6.512953E-05f],
        "cnn-0000000000000"));
}
