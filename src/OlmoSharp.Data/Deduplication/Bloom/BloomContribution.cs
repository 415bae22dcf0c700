using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Deduplication.Bloom;

/// <summary>
/// Says in a filter's file that the keys of a document file are in the filter, so that a job that comes again does not find every document to be
/// a duplicate of itself.
/// </summary>
/// <param name="Content">XXH128 of the document file and of what makes its keys.</param>
/// <param name="Job">XXH128 that names the job which added them.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BloomContribution(UInt128 Content, UInt128 Job);
