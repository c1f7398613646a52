using MnistService.Startup;

namespace MnistService.Tests.Startup;

public class StartupErrorsTests
{
    [Fact]
    public void A_missing_libtorch_is_one_line_that_names_the_setting_which_finds_one()
    {
        var line = Assert.Single(StartupErrors.Describe(new DllNotFoundException("/opt/torch/libc10.so does not exist."))!);

        Assert.Contains("/opt/torch/libc10.so does not exist.", line, StringComparison.Ordinal);
        Assert.Contains("MnistService:Models:LibTorch", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_failures_that_can_be_mended_are_a_line_each()
    {
        var lines = StartupErrors.Describe(new AggregateException(new SettingException("one"), new SettingException("two")));

        Assert.Equal(["one", "two"], lines!);
    }

    [Fact]
    public void A_failure_that_nobody_foresaw_is_not_shortened()
    {
        Assert.Null(StartupErrors.Describe(new AggregateException(new SettingException("one"), new InvalidOperationException("two"))));
    }
}
