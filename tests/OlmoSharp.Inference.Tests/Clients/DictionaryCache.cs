using Microsoft.Extensions.Caching.Distributed;

namespace OlmoSharp.Inference.Tests.Clients;

/// <summary>A cache in memory that counts what it keeps.</summary>
internal sealed class DictionaryCache : IDistributedCache
{
    public Dictionary<string, byte[]> Kept { get; } = [];

    public byte[]? Get(string key) => Kept.GetValueOrDefault(key);

    public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => Task.FromResult(Get(key));

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => Kept[key] = value;

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        Set(key, value, options);
        return Task.CompletedTask;
    }

    public void Refresh(string key)
    {
    }

    public Task RefreshAsync(string key, CancellationToken token = default) => Task.CompletedTask;

    public void Remove(string key) => Kept.Remove(key);

    public Task RemoveAsync(string key, CancellationToken token = default)
    {
        Remove(key);
        return Task.CompletedTask;
    }
}
