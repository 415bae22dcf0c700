using System.Runtime.InteropServices;
using OlmoSharp.Data.Deduplication.Resolution;

namespace OlmoSharp.Data.Deduplication.MinHash;

/// <summary>A document of a cluster of several.</summary>
/// <param name="Document">Its number in its shard.</param>
/// <param name="Size">How many documents the cluster has.</param>
/// <param name="Kept">That of them which is kept.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ClusterMember(uint Document, uint Size, KeyOrigin Kept);
