using OlmoSharp.Torch.Native;
using TorchSharp;
using Xunit;

namespace OlmoSharp.Torch.Tests.Native;

public sealed class TorchBackendTests
{
    [Fact]
    public void Threads_are_those_that_were_set()
    {
        var before = TorchBackend.Threads;
        try
        {
            TorchBackend.Threads = 3;
            Assert.Equal(3, TorchBackend.Threads);
            Assert.Equal(3, torch.get_num_threads());
            Assert.Throws<ArgumentOutOfRangeException>(() => TorchBackend.Threads = 0);
            Assert.Equal(3, TorchBackend.Threads);
        }
        finally
        {
            TorchBackend.Threads = before;
        }
    }

    [Fact]
    public void The_cpu_is_a_device() => Assert.Equal(DeviceType.CPU, TorchBackend.Device("cpu").type);

    [Theory]
    [InlineData("gpu")]
    [InlineData("")]
    [InlineData("cpu:x")]
    [InlineData("cuda:-1")]
    [InlineData("meta")]
    public void A_name_that_is_no_device_is_refused_by_name(string name)
    {
        var exception = Assert.Throws<TorchException>(() => TorchBackend.Device(name));
        Assert.Contains($"'{name}'", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuda")]
    [InlineData("cuda:0")]
    [InlineData("mps")]
    public void A_device_that_this_machine_lacks_is_refused_by_name(string name)
    {
        Assert.SkipWhen(name.StartsWith("cuda", StringComparison.Ordinal) && torch.cuda.is_available(), "this machine has a CUDA device");
        Assert.SkipWhen(name == "mps" && OperatingSystem.IsMacOS(), "this machine may have a Metal device");
        var exception = Assert.Throws<TorchException>(() => TorchBackend.Device(name));
        Assert.Contains($"'{name}'", exception.Message, StringComparison.Ordinal);
    }
}
